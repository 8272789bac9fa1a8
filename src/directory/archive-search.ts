// Looking for messages in the archive. It answers where they stand, never what they say. Rows are ordered by time, so the newest are found without
// looking at the others; by relevance, the newest `searchDepth` are ranked.
import type { Search } from "../domain/search-query";
import { limits } from "../protocol";
import { type Archive, placeOfTime } from "./archive";
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
  /** Its place among the rows of its database, and which one that is. */
  place: number;
  shard: number;
}

interface Scored extends Found {
  score: number;
}

/** Where the last page ended: by date at a row, by relevance after so many hits. */
export interface SearchPlace {
  last: Pick<Found, "place" | "shard"> | null;
  skip: number;
}

const newest = `SELECT rowid AS place, channel, seq, 0 AS score FROM archive
  WHERE archive MATCH ?1 AND rowid >= ?2 AND rowid < ?3 ORDER BY rowid DESC LIMIT ?4`;
const ranked = newest.replace("0 AS score", "rank AS score");

/** At most `limit` places, best first. All databases are asked: which channel stands in which is theirs to know. */
export async function findInArchive(
  archive: Archive,
  wanted: Wanted,
  { last, skip }: SearchPlace,
  limit: number,
): Promise<Found[]> {
  if (wanted.channels.length === 0) return [];
  const isNewest = wanted.order === "newest";
  const match = matchOf(archive, wanted);
  const first = placeOfTime(wanted.after ?? 0);
  const end = wanted.before === null ? Number.MAX_SAFE_INTEGER : placeOfTime(wanted.before);
  const answers = await Promise.all(
    archive.databases.map(async (database, shard) => {
      // Of two rows of one place the one in the earlier database comes first.
      const before = last ? last.place + (shard > last.shard ? 1 : 0) : end;
      const { results } = await database
        .prepare(isNewest ? newest : ranked)
        .bind(match, first, Math.min(before, end), isNewest ? limit : limits.searchDepth)
        .all<Scored>();
      return results.map((row) => ({ ...row, shard }));
    }),
  );
  const all = answers.flat().sort(isNewest ? byPlace : byScore);
  return all.slice(skip, skip + limit).map(({ score: _, ...found }) => found);
}

const byPlace = (a: Found, b: Found): number => b.place - a.place || a.shard - b.shard;
const byScore = (a: Scored, b: Scored): number => a.score - b.score || byPlace(a, b);

function matchOf({ tokens }: Archive, { channels, authors, clauses }: Wanted): string {
  const parts = [
    anyTag(channels.map(liveIn)),
    ...clauses.slice(0, limits.searchTerms).map((clause) => tokens.matchOf(clause)),
  ];
  if (authors.length > 0) parts.push(anyTag(authors));
  return parts.join(" AND ");
}
