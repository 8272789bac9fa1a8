// The archive: one FTS5 table in each of its databases, with one row for each entry, so that
// history and index together cost one written row. FTS5 has no unique keys, so every insert first
// looks for the entry's own tag. The rowid is made from the time of the entry, so that the newest
// hits are found without reading the others.
import {
  type ArchivedEntry,
  type ArchivedRow,
  type ArchivePort,
  type BilledRows,
  type BytesOfAccounts,
  type BytesOfDay,
  charactersOfEntry,
} from "../../domain/archive";
import { ConfigurationError } from "../../domain/error";
import type { ChannelId } from "../../protocol";
import { archiveKeysOf } from "./archive-keys";
import { putBytes, putSize } from "./budgets";
import type { Seal } from "./seal";
import { readEntry, writeEntry } from "./sealed-entry";
import { anyTag, keyOf, liveIn, otherIn, type SearchTokens } from "./tokens";
import { WorkSlices } from "./work-slices";

/** The time of the first rowid. Every message is later. */
const EPOCH_MS = Date.UTC(2024, 0, 1);
/** The number of rowids for each millisecond. */
const PER_MS = 8_192;

/** Returns a lower bound of the rowids of a time; 0 for times before `EPOCH_MS`. */
export const rowidOfTime = (at: number): number => Math.max(0, at - EPOCH_MS) * PER_MS;
/** Returns the time of a rowid. */
export const timeOfRowid = (rowid: number): number => EPOCH_MS + Math.floor(rowid / PER_MS);

/** The most characters of sealed entries in one answer of `list`, or one longer entry. */
const LIST_CHARS = 1_000_000;

/** The most rows that one statement deletes. */
const CLEAR_BATCH = 500;

/** Selects the archived rows that are older than the entries in `?1`. */
const outdated = `SELECT a.rowid FROM json_each(?1) j, archive a
  WHERE a.archive MATCH 'tags : "' || (j.value ->> 'key') || '"' AND a.version < (j.value ->> 'version')`;

/**
 * The columns of a row that a put passes, in this order. What the other columns hold follows from
 * them and from the channel.
 */
type RowValues = [seq: number, version: number, at: number, tags: string, starts: string, terms: string, entry: string];

const columns = "channel, seq, version, at, tags, starts, terms, entry";
const valuesOf = (row: string): string => ["?2", ...[0, 1, 2, 3, 4, 5, 6].map((at) => `${row} ->> ${at}`)].join(", ");
const isMissing = (row: string): string =>
  `NOT EXISTS (SELECT 1 FROM archive WHERE archive MATCH 'tags : "' || ?2 || '.' || (${row} ->> 0) || '"')`;

/**
 * Inserts each row after the rows that its millisecond already has. A millisecond without rows has
 * no row of the entry either, so only the others ask the index, which takes longer.
 */
const insertByTime = `INSERT INTO archive (rowid, ${columns})
  WITH timed AS MATERIALIZED (
    SELECT value AS row, max(0, (value ->> 2) - ${EPOCH_MS}) * ${PER_MS} AS first FROM json_each(?1)
  ), placed AS MATERIALIZED (
    SELECT row, first,
        (SELECT b.rowid FROM archive b WHERE b.rowid > first AND b.rowid < first + ${PER_MS}
          ORDER BY b.rowid DESC LIMIT 1) AS last
      FROM timed
  )
  SELECT coalesce(last, first) + row_number() OVER (PARTITION BY first ORDER BY row ->> 0), ${valuesOf("row")}
    FROM placed WHERE last IS NULL OR ${isMissing("row")}`;
/**
 * Inserts after all rows, for a millisecond that is full. This happens after a clock went back,
 * while a channel gives all entries the same time.
 */
const insertLast = `INSERT INTO archive (${columns})
  SELECT ${valuesOf("value")} FROM json_each(?1) WHERE ${isMissing("value")}`;

export class Archive implements ArchivePort {
  readonly tokens: SearchTokens;
  readonly #seal: Seal;

  /**
   * `shards`: the databases by name. New channels are spread over them in this order. `former`: the
   * databases whose channels move to `shards`.
   */
  constructor(
    private readonly shards: ReadonlyMap<string, D1Database>,
    secret: string,
    private readonly former: ReadonlyMap<string, D1Database> = new Map(),
  ) {
    const { seal, tokens } = archiveKeysOf(secret);
    this.tokens = tokens;
    this.#seal = seal;
  }

  /** Returns the database for a new channel, by a hash of the id. */
  choose(channel: ChannelId): string {
    const names = [...this.shards.keys()];
    let sum = 0;
    for (const character of channel) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
    const name = names[sum % names.length];
    if (name === undefined) throw new ConfigurationError("ARCHIVES names no database");
    return name;
  }

  isListed(shard: string): boolean {
    return this.shards.has(shard);
  }

  isReachable(shard: string): boolean {
    return this.isListed(shard) || this.former.has(shard);
  }

  async put(shard: string, channel: ChannelId, entries: readonly ArchivedEntry[]): Promise<BilledRows> {
    const database = this.database(shard);
    const rows = await this.#compose(channel, entries);
    const changed = rows.flatMap(([seq, version]) => (version === seq ? [] : [{ key: keyOf(channel, seq), version }]));
    const remove = `DELETE FROM archive WHERE rowid IN (${outdated})`;
    const store = (insert: string) =>
      database.batch([
        ...(changed.length > 0 ? [database.prepare(remove).bind(JSON.stringify(changed))] : []),
        database.prepare(insert).bind(JSON.stringify(rows), channel),
      ]);
    try {
      return sum(await store(insertByTime));
    } catch (error) {
      if (!isTaken(error)) throw error;
      return sum(await store(insertLast));
    }
  }

  async list(shard: string, channel: ChannelId, after: number, limit: number): Promise<ArchivedRow[]> {
    const matching =
      "SELECT rowid AS place, seq, entry FROM archive WHERE archive MATCH ?1 AND rowid > ?2 ORDER BY rowid LIMIT ?3";
    const query = `SELECT place, seq, entry, length(entry) AS size,
      sum(length(entry)) OVER (ORDER BY place) - length(entry) AS before FROM (${matching})`;
    const { results } = await this.database(shard)
      .prepare(`SELECT place, seq, entry FROM (${query}) WHERE before = 0 OR before + size <= ?4`)
      .bind(anyTag([liveIn(channel), otherIn(channel)]), after, limit, LIST_CHARS)
      .all<{ place: number; seq: number; entry: string }>();
    return results.map(({ place, seq, entry }) => ({
      place,
      seq,
      entry: readEntry(this.#seal.open(keyOf(channel, seq), entry)),
    }));
  }

  async clearBatch(shard: string, channel: ChannelId): Promise<boolean> {
    const some = "SELECT rowid FROM archive WHERE archive MATCH ?1 LIMIT ?2";
    const { meta } = await this.database(shard)
      .prepare(`DELETE FROM archive WHERE rowid IN (${some})`)
      .bind(anyTag([liveIn(channel), otherIn(channel)]), CLEAR_BATCH)
      .run();
    return meta.rows_written > 0;
  }

  async reportBytes(
    shard: string,
    channel: ChannelId,
    written: BytesOfDay,
  ): Promise<{ elsewhere: BytesOfAccounts; cost: BilledRows }> {
    return await putBytes(this.database(shard), this.databases, channel, written);
  }

  async reportSize(shard: string, channel: ChannelId, bytes: number, now: number): Promise<BilledRows> {
    return await putSize(this.database(shard), channel, bytes, now);
  }

  /** Returns a database by its name. Throws `ConfigurationError` if none has that name. */
  database(shard: string): D1Database {
    const database = this.shards.get(shard) ?? this.former.get(shard);
    if (!database) throw new ConfigurationError(`the archive has no database named ${shard}`);
    return database;
  }

  get databases(): D1Database[] {
    return [...this.shards.values()];
  }

  /** The names of the databases for new channels. */
  get names(): string[] {
    return [...this.shards.keys()];
  }

  get hasFormer(): boolean {
    return this.former.size > 0;
  }

  /**
   * Returns the names of the former databases that may still hold channels. One that does not
   * answer is among them, so that a search of it reports the failure.
   */
  async formerInUse(): Promise<string[]> {
    const names = await Promise.all(
      [...this.former].map(async ([name, database]) => {
        const isUnused = await isEmpty(database).catch(() => false);
        return isUnused ? [] : [name];
      }),
    );
    return names.flat();
  }

  /** Makes the rows of a batch, in slices of work. */
  async #compose(channel: string, entries: readonly ArchivedEntry[]): Promise<RowValues[]> {
    const slices = new WorkSlices();
    await slices.begin(
      entries.length,
      entries.reduce((sum, entry) => sum + charactersOfEntry(entry), 0),
    );
    const rows: RowValues[] = [];
    for (const entry of entries) {
      const { seq, at, body } = entry;
      const { tags, starts, terms } = await this.tokens.columnsOf(channel, entry, slices);
      const sealed = await this.#seal.close(keyOf(channel, seq), writeEntry(entry), slices);
      rows.push([seq, body?.version ?? seq, at, tags, starts, terms, sealed]);
    }
    return rows;
  }
}

/** Returns whether an insert failed because a rowid made from a time belongs to another row. */
const isTaken = (error: unknown): boolean => error instanceof Error && /constraint/i.test(error.message);

const sum = (results: readonly D1Result[]): BilledRows => ({
  read: results.reduce((rows, { meta }) => rows + meta.rows_read, 0),
  written: results.reduce((rows, { meta }) => rows + meta.rows_written, 0),
});

/**
 * Former databases that hold no channel. No channel ever moves to them, so they stay empty.
 * Bound: one reference for each database that is bound to the Worker.
 */
const empty = new WeakSet<D1Database>();

/** Whether a former database holds no channel. Reads one row, and nothing once it is empty. */
async function isEmpty(database: D1Database): Promise<boolean> {
  if (empty.has(database)) return true;
  const tables = await database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'archive'").all();
  const rows = tables.results.length > 0 ? await database.prepare("SELECT 1 FROM archive LIMIT 1").all() : tables;
  if (rows.results.length > 0) return false;
  empty.add(database);
  return true;
}
