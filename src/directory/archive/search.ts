// Finds the messages in the archive that may match a search, but not their text. Rowids are ordered
// by time, so a search by date finds the newest hits without reading others. A search by relevance
// ranks the newest `searchRankedHits` hits of each database.
import { byPosition, type HitPosition } from "../../domain/hit-position";
import type { SearchFilter } from "../../domain/search-hit";
import { limits } from "../../protocol";
import type { ReadableChannel } from "../channels";
import { type Archive, rowidOfTime, timeOfRowid } from "./archive";
import { type AskedPlace, askPlaces } from "./channel-places";
import { anyTag, kindTag, liveIn, type SearchTokens } from "./tokens";

export interface ArchiveQuery extends Omit<SearchFilter, "without"> {
  channels: readonly ReadableChannel[];
}

/** Where a message of the archive is. `at` is the time of its rowid. */
export type ArchiveHit = HitPosition;

export interface ArchivePage {
  hits: ArchiveHit[];
  /** Whether no hit comes after these. */
  isLast: boolean;
  /** The channels whose database did not answer, and what it threw. */
  missing: string[];
  errors: unknown[];
}

interface FoundRow {
  rowid: number;
  channel: string;
  seq: number;
}

interface RankedRow extends FoundRow {
  score: number;
}

type Bindings = (string | number)[];

/** The most by which the clocks of two machines may differ. */
const MARGIN_MS = 5_000;

/**
 * Returns at most `limit` hits after a position, newest first. An entry whose millisecond was full
 * when it was stored has a later time here than its message.
 */
export async function findNewest(
  archive: Archive,
  query: ArchiveQuery,
  position: HitPosition | null,
  limit: number,
): Promise<ArchivePage> {
  // One more row shows whether there are more.
  const rows = limit + 1;
  const statementOf = (database: D1Database, channels: readonly ReadableChannel[]) =>
    newestStatement(database, conditionOf(archive, query, channels, position), "rowid DESC", rows);
  const { places, missing, errors } = await askPlaces<ReadableChannel, FoundRow>(archive, query.channels, statementOf);
  const parts = await Promise.all(
    places.map((place) =>
      wholeMilliseconds(place, rows, (at) => {
        const only = { ...query, after: at, before: at + 1 };
        const condition = conditionOf(archive, only, place.channels, position);
        return newestStatement(place.database, condition, "channel, seq DESC", rows);
      }),
    ),
  );
  // A database with more rows may have some that come before the last hits of the others.
  const ends = parts.flatMap(({ hits, isLast }) => (isLast ? [] : hits.slice(-1))).sort(byPosition);
  const [end] = ends;
  const merged = parts.flatMap(({ hits }) => hits).sort(byPosition);
  const sure = end ? merged.filter((hit) => byPosition(hit, end) <= 0) : merged;
  return { hits: sure.slice(0, limit), isLast: sure.length <= limit && ends.length === 0, missing, errors };
}

/**
 * Returns the rows of a place in the order of hits. The rows of one millisecond are in no order,
 * and the last ones may be cut off. These are left for the next page, unless the place has only
 * these: then `read` reads that millisecond in order.
 */
async function wholeMilliseconds(
  { rows }: AskedPlace<ReadableChannel, FoundRow>,
  limit: number,
  read: (at: number) => D1PreparedStatement,
): Promise<{ hits: ArchiveHit[]; isLast: boolean }> {
  const hits = rows.map(hitOfRow).sort(byPosition);
  const last = hits.at(-1);
  if (rows.length < limit || last === undefined) return { hits, isLast: true };
  const whole = hits.filter(({ at }) => at > last.at);
  if (whole.length > 0) return { hits: whole, isLast: false };
  const { results } = await read(last.at).all<FoundRow>();
  return { hits: results.map(hitOfRow), isLast: false };
}

const hitOfRow = ({ rowid, channel, seq }: FoundRow): ArchiveHit => ({ at: timeOfRowid(rowid), channel, seq });

/** Returns at most `limit` hits by relevance, after the first `skip`. */
export async function findRanked(
  archive: Archive,
  query: ArchiveQuery,
  skip: number,
  limit: number,
): Promise<ArchivePage> {
  const { places, missing, errors } = await askPlaces<ReadableChannel, RankedRow>(
    archive,
    query.channels,
    (database, channels) => {
      const { where, bindings } = conditionOf(archive, query, channels, null);
      return database
        .prepare(
          `SELECT rowid, channel, seq, rank AS score FROM archive WHERE ${where}
             ORDER BY rowid DESC LIMIT ${limits.searchRankedHits}`,
        )
        .bind(...bindings);
    },
  );
  const ranked = places
    .flatMap(({ rows }) => rows.map((row) => ({ ...hitOfRow(row), score: row.score })))
    .sort((one, other) => one.score - other.score || byPosition(one, other));
  const hits = ranked.slice(skip, skip + limit).map(({ score: _, ...hit }) => hit);
  return {
    hits,
    isLast: skip + hits.length >= Math.min(ranked.length, limits.searchRankedHits),
    missing,
    errors,
  };
}

interface Condition {
  where: string;
  bindings: Bindings;
}

const newestStatement = (
  database: D1Database,
  { where, bindings }: Condition,
  order: string,
  rows: number,
): D1PreparedStatement =>
  database
    .prepare(`SELECT rowid, channel, seq FROM archive WHERE ${where} ORDER BY ${order} LIMIT ${rows}`)
    .bind(...bindings);

/**
 * Returns the condition of the rows after a position. Leaves out what is older than a member's
 * joining. Such hits must not even count: a page that is shorter because of them would reveal that
 * they exist.
 */
function conditionOf(
  archive: Archive,
  query: ArchiveQuery,
  channels: readonly ReadableChannel[],
  position: HitPosition | null,
): Condition {
  const end = query.before === null ? Number.MAX_SAFE_INTEGER : rowidOfTime(query.before);
  const bindings: Bindings = [
    matchOf(archive, query, channels),
    rowidOfTime(query.after ?? 0),
    position ? Math.min(end, rowidOfTime(position.at + 1)) : end,
  ];
  let where = "archive MATCH ?1 AND rowid >= ?2 AND rowid < ?3";
  if (position) {
    where += " AND (rowid < ?4 OR channel > ?5 OR (channel = ?5 AND seq < ?6))";
    bindings.push(rowidOfTime(position.at), position.channel, position.seq);
  }
  const bounds = channels.filter(({ since }) => since > 0).map(({ id, since }) => [id, since - MARGIN_MS]);
  if (bounds.length > 0) {
    bindings.push(JSON.stringify(Object.fromEntries(bounds)));
    where += ` AND at >= coalesce((SELECT value FROM json_each(?${bindings.length}) WHERE key = channel), 0)`;
  }
  return { where, bindings };
}

/** An address begins with one of these words. So links of earlier messages are found too. */
const schemes = ["https", "http"];
const clauseOf = (tokens: SearchTokens) => (scheme: string) =>
  `(${tokens.matchOf({ terms: [scheme], isPrefix: false })})`;

function matchOf(
  { tokens }: Archive,
  { authors, withoutAuthors, clauses, has }: ArchiveQuery,
  channels: readonly ReadableChannel[],
): string {
  const conditions = [
    anyTag(channels.map(({ id }) => liveIn(id))),
    ...clauses.slice(0, limits.searchTerms).map((clause) => tokens.matchOf(clause)),
  ];
  if (authors.length > 0) conditions.push(anyTag(authors));
  for (const kind of has)
    conditions.push(kind === "link" ? `(${schemes.map(clauseOf(tokens)).join(" OR ")})` : anyTag([kindTag(kind)]));
  const match = conditions.join(" AND ");
  // Words to leave out are not looked up: an index that is behind would leave out too much.
  return withoutAuthors.length > 0 ? `(${match}) NOT ${anyTag(withoutAuthors)}` : match;
}
