// Looking for messages in the archive. It answers where they stand, never what they say. Rows are ordered by time, so the newest are found without
// looking at the others; by relevance, the newest `searchDepth` are ranked.
import type { ParsedSearch } from "../../domain/search-query";
import { limits } from "../../protocol";
import type { Readable } from "../channels";
import { type Archive, placeOfTime } from "./archive";
import { anyTag, liveIn } from "./tokens";

/** What is looked for, with names already made ids. An empty `authors` is everybody. */
export interface Wanted extends Pick<ParsedSearch, "clauses" | "after" | "before"> {
  channels: readonly Readable[];
  authors: readonly string[];
  order: "newest" | "relevance";
}

export interface ArchiveHit {
  channel: string;
  seq: number;
  /** Its place among the rows of its database, and which one that is. */
  place: number;
  shard: number;
}

interface Scored extends ArchiveHit {
  score: number;
}

/** Where the last page ended: by date at a row, by relevance after so many hits. */
export interface SearchPlace {
  last: Pick<ArchiveHit, "place" | "shard"> | null;
  skip: number;
}

/** What lies before one's joining must not even be counted: a page that is cut by it would tell of it. */
const queryOf = (isNewest: boolean, isBounded: boolean): string =>
  `SELECT rowid AS place, channel, seq, ${isNewest ? "0" : "rank"} AS score FROM archive
    WHERE archive MATCH ?1 AND rowid >= ?2 AND rowid < ?3
      ${isBounded ? "AND at >= coalesce((SELECT value FROM json_each(?5) WHERE key = channel), 0)" : ""}
    ORDER BY rowid DESC LIMIT ?4`;
/** Two machines' clocks. */
const MARGIN_MS = 5_000;

/** At most `limit` places, best first. All databases are asked: which channel stands in which is theirs to know. */
export async function findInArchive(
  archive: Archive,
  wanted: Wanted,
  { last, skip }: SearchPlace,
  limit: number,
): Promise<ArchiveHit[]> {
  if (wanted.channels.length === 0) return [];
  const isNewest = wanted.order === "newest";
  const match = matchOf(archive, wanted);
  const bounds = wanted.channels.filter(({ since }) => since > 0).map(({ id, since }) => [id, since - MARGIN_MS]);
  const query = queryOf(isNewest, bounds.length > 0);
  const bounded = bounds.length > 0 ? [JSON.stringify(Object.fromEntries(bounds))] : [];
  const first = placeOfTime(wanted.after ?? 0);
  const end = wanted.before === null ? Number.MAX_SAFE_INTEGER : placeOfTime(wanted.before);
  const answers = await Promise.all(
    archive.databases.map(async (database, shard) => {
      // Of two rows of one place the one in the earlier database comes first.
      const before = last ? last.place + (shard > last.shard ? 1 : 0) : end;
      const { results } = await database
        .prepare(query)
        .bind(match, first, Math.min(before, end), isNewest ? limit : limits.searchDepth, ...bounded)
        .all<Scored>();
      return results.map((row) => ({ ...row, shard }));
    }),
  );
  const all = answers.flat().sort(isNewest ? byPlace : byScore);
  return all.slice(skip, skip + limit).map(({ score: _, ...found }) => found);
}

const byPlace = (a: ArchiveHit, b: ArchiveHit): number => b.place - a.place || a.shard - b.shard;
const byScore = (a: Scored, b: Scored): number => a.score - b.score || byPlace(a, b);

function matchOf({ tokens }: Archive, { channels, authors, clauses }: Wanted): string {
  const parts = [
    anyTag(channels.map(({ id }) => liveIn(id))),
    ...clauses.slice(0, limits.searchTerms).map((clause) => tokens.matchOf(clause)),
  ];
  if (authors.length > 0) parts.push(anyTag(authors));
  return parts.join(" AND ");
}
