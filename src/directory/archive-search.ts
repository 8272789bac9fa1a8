// Looking for messages in the archive. It answers where they stand, never what they say.
import type { Search } from "../domain/search-query";
import { limits } from "../protocol";
import type { Archive } from "./archive";
import { anyTag, liveIn } from "./archive-tokens";

/** What is looked for, with names already made ids. An empty `authors` is everybody. */
export interface Wanted extends Pick<Search, "clauses" | "after" | "before"> {
  channels: readonly string[];
  authors: readonly string[];
  order: "newest" | "relevance";
}

export interface Found {
  channel: string;
  seq: number;
  at: number;
}

interface Scored extends Found {
  score: number;
}

/** Where the last page ended: by date at a message, by relevance after so many hits. */
export interface SearchPlace {
  last: Found | null;
  skip: number;
}

/** At most `limit` places, best first. All databases are asked: which channel stands in which is theirs to know. */
export async function findInArchive(
  archive: Archive,
  wanted: Wanted,
  place: SearchPlace,
  limit: number,
): Promise<Found[]> {
  if (wanted.channels.length === 0) return [];
  const order = wanted.order === "newest" ? "at DESC, channel, seq DESC" : "score, at DESC, channel, seq DESC";
  const query = `SELECT channel, seq, at, ${wanted.order === "newest" ? "0" : "rank"} AS score FROM archive
    WHERE archive MATCH ?1 AND at >= ?2 AND at < ?3
      AND (?4 IS NULL OR at < ?4 OR (at = ?4 AND (channel > ?5 OR (channel = ?5 AND seq < ?6))))
    ORDER BY ${order} LIMIT ?7`;
  const match = matchOf(archive, wanted);
  const { last, skip } = place;
  const bindings = [
    ...[match, wanted.after ?? 0, wanted.before ?? Number.MAX_SAFE_INTEGER],
    ...[last?.at ?? null, last?.channel ?? null, last?.seq ?? null],
    skip + limit,
  ];
  const answers = await Promise.all(
    archive.databases.map((database) =>
      database
        .prepare(query)
        .bind(...bindings)
        .all<Scored>(),
    ),
  );
  const all = answers.flatMap(({ results }) => results).sort(wanted.order === "newest" ? byDate : byScore);
  return all.slice(skip, skip + limit).map(({ channel, seq, at }) => ({ channel, seq, at }));
}

const byDate = (a: Found, b: Found): number =>
  b.at - a.at || (a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : b.seq - a.seq);
const byScore = (a: Scored, b: Scored): number => a.score - b.score || byDate(a, b);

function matchOf({ tokens }: Archive, { channels, authors, clauses }: Wanted): string {
  const parts = [
    anyTag(channels.map(liveIn)),
    ...clauses.slice(0, limits.searchTerms).map((clause) => tokens.matchOf(clause)),
  ];
  if (authors.length > 0) parts.push(anyTag(authors));
  return parts.join(" AND ");
}
