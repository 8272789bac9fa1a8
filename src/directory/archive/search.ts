// Finds the messages in the archive that may match a search, but not their text. Rowids are ordered
// by time, so a search by date finds the newest hits without reading others. A search by relevance
// ranks the newest `searchRankedHits` hits of each database.
import type { ParsedSearch } from "../../domain/search-query";
import { limits } from "../../protocol";
import type { ReadableChannel } from "../channels";
import { type Archive, rowidOfTime } from "./archive";
import { anyTag, liveIn } from "./tokens";

/** A parsed search with ids instead of names. No `authors` means all. */
export interface ArchiveQuery extends Pick<ParsedSearch, "clauses" | "after" | "before"> {
  channels: readonly ReadableChannel[];
  authors: readonly string[];
  withoutAuthors: readonly string[];
  order: "newest" | "relevance";
}

export interface ArchiveHit {
  channel: string;
  seq: number;
  /** The row in its database, and the index of that database. */
  rowid: number;
  shard: number;
}

interface ScoredHit extends ArchiveHit {
  score: number;
}

/** Where the last page ended: by date after a row, by relevance after a number of hits. */
export interface SearchPosition {
  last: Pick<ArchiveHit, "rowid" | "shard"> | null;
  skip: number;
}

/**
 * Returns the SQL of a search. `isBounded` excludes what is older than a member's joining. Such
 * hits must not even count: a page that is shorter because of them would reveal that they exist.
 */
const queryOf = (isNewest: boolean, isBounded: boolean): string =>
  `SELECT rowid, channel, seq, ${isNewest ? "0" : "rank"} AS score FROM archive
    WHERE archive MATCH ?1 AND rowid >= ?2 AND rowid < ?3
      ${isBounded ? "AND at >= coalesce((SELECT value FROM json_each(?5) WHERE key = channel), 0)" : ""}
    ORDER BY rowid DESC LIMIT ?4`;
/** The most by which the clocks of two machines may differ. */
const MARGIN_MS = 5_000;

/**
 * Returns at most `limit` hits, best first. Reads every database that may hold channels, because
 * each channel is stored in one of them.
 */
export async function findInArchive(
  archive: Archive,
  query: ArchiveQuery,
  { last, skip }: SearchPosition,
  limit: number,
): Promise<ArchiveHit[]> {
  if (query.channels.length === 0) return [];
  const isNewest = query.order === "newest";
  const match = matchOf(archive, query);
  const bounds = query.channels.filter(({ since }) => since > 0).map(({ id, since }) => [id, since - MARGIN_MS]);
  const statement = queryOf(isNewest, bounds.length > 0);
  const boundsParameter = bounds.length > 0 ? [JSON.stringify(Object.fromEntries(bounds))] : [];
  const first = rowidOfTime(query.after ?? 0);
  const end = query.before === null ? Number.MAX_SAFE_INTEGER : rowidOfTime(query.before);
  const results = await Promise.all(
    (await archive.searchable()).map(async ({ database, index: shard }) => {
      // Of two rows with the same rowid, the one in the earlier database comes first.
      const before = last ? last.rowid + (shard > last.shard ? 1 : 0) : end;
      const answer = await database
        .prepare(statement)
        .bind(match, first, Math.min(before, end), isNewest ? limit : limits.searchRankedHits, ...boundsParameter)
        .all<ScoredHit>();
      return answer.results.map((row) => ({ ...row, shard }));
    }),
  );
  const hits = results.flat().sort(isNewest ? byRowid : byScore);
  return hits.slice(skip, skip + limit).map(({ score: _, ...hit }) => hit);
}

const byRowid = (a: ArchiveHit, b: ArchiveHit): number => b.rowid - a.rowid || a.shard - b.shard;
const byScore = (a: ScoredHit, b: ScoredHit): number => a.score - b.score || byRowid(a, b);

function matchOf({ tokens }: Archive, { channels, authors, withoutAuthors, clauses }: ArchiveQuery): string {
  const conditions = [
    anyTag(channels.map(({ id }) => liveIn(id))),
    ...clauses.slice(0, limits.searchTerms).map((clause) => tokens.matchOf(clause)),
  ];
  if (authors.length > 0) conditions.push(anyTag(authors));
  const match = conditions.join(" AND ");
  // Words to leave out are not looked up: an index that is behind would leave out too much.
  return withoutAuthors.length > 0 ? `(${match}) NOT ${anyTag(withoutAuthors)}` : match;
}
