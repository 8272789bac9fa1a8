// The archive: one FTS5 table in each of its databases, a row an entry, so that history and index cost one written row together. A row is found by its
// own tag, so every insert asks first whether the entry is there. Its rowid is made of its time: the newest are found without looking at the others.
import type { ArchivedEntry, ArchivedRow, ArchivePort, Rows } from "../../domain/archive";
import type { ChannelId } from "../../protocol";
import { keysOf, seal, unseal } from "./seal";
import { anyTag, keyOf, liveIn, otherIn, Tokens } from "./tokens";

/** Before the first message of all, and rows of one millisecond. */
const EPOCH_MS = Date.UTC(2024, 0, 1);
const PER_MS = 8_192;

/** The first place that a message of that time can have; times before all messages are the first place of all. */
export const placeOfTime = (at: number): number => Math.max(0, at - EPOCH_MS) * PER_MS;

/** Rows that one statement removes. */
const CLEARED = 500;

/** Rows of `?1` that the archive holds in an older state. */
const outdated = `SELECT a.rowid FROM json_each(?1) j, archive a
  WHERE a.archive MATCH 'tags : "' || (j.value ->> 'key') || '"' AND a.version < (j.value ->> 'version')`;

const columns = "channel, seq, version, at, tags, starts, terms, entry";
const values =
  "?2, value ->> 'seq', value ->> 'version', value ->> 'at', value ->> 'tags', value ->> 'starts', value ->> 'terms', value ->> 'entry'";
const unknown = "NOT EXISTS (SELECT 1 FROM archive WHERE archive MATCH 'tags : \"' || (value ->> 'key') || '\"')";

/** Below the first rowid of a row's millisecond. */
const place = `max(0, (value ->> 'at') - ${EPOCH_MS}) * ${PER_MS}`;
/** Behind the rows that its millisecond has. */
const insertByTime = `INSERT INTO archive (rowid, ${columns})
  SELECT coalesce(
           (SELECT b.rowid FROM archive b WHERE b.rowid > ${place} AND b.rowid < ${place} + ${PER_MS}
             ORDER BY b.rowid DESC LIMIT 1),
           ${place}
         ) + row_number() OVER (PARTITION BY value ->> 'at' ORDER BY value ->> 'seq'), ${values}
    FROM json_each(?1) WHERE ${unknown}`;
/** Behind all rows: for a millisecond that is full, as after a clock that went back, when a channel's times stand still. */
const insertLast = `INSERT INTO archive (${columns}) SELECT ${values} FROM json_each(?1) WHERE ${unknown}`;

interface Keyring {
  secret: string;
  seal: Uint8Array;
  tokens: Tokens;
}

let known: Keyring | null = null;

/** Kept between requests and objects: the keys take a while to derive, and the tokens remember words. */
function keyringOf(secret: string): Keyring {
  if (secret === "") throw new TypeError("ARCHIVE_KEY is empty");
  if (known?.secret === secret) return known;
  const keys = keysOf(secret);
  known = { secret, seal: keys.seal, tokens: new Tokens(keys.tokens) };
  return known;
}

export class Archive implements ArchivePort {
  readonly tokens: Tokens;
  readonly #sealKey: Uint8Array;

  /** By name, in the order in which new channels take turns. */
  constructor(
    private readonly shards: ReadonlyMap<string, D1Database>,
    secret: string,
  ) {
    const { seal: sealKey, tokens } = keyringOf(secret);
    this.tokens = tokens;
    this.#sealKey = sealKey;
  }

  /** Spread by the random part of the id. */
  choose(channel: ChannelId): string {
    const names = [...this.shards.keys()];
    let sum = 0;
    for (const character of channel) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
    const name = names[sum % names.length];
    if (name === undefined) throw new TypeError("ARCHIVES names no database");
    return name;
  }

  async put(shard: string, channel: ChannelId, entries: readonly ArchivedEntry[]): Promise<Rows> {
    const database = this.database(shard);
    const rows = entries.map((entry) => this.#rowOf(channel, entry));
    const changed = rows.filter(({ seq, version }) => version !== seq).map(({ key, version }) => ({ key, version }));
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
    const query =
      "SELECT rowid AS place, seq, entry FROM archive WHERE archive MATCH ?1 AND rowid > ?2 ORDER BY rowid LIMIT ?3";
    const { results } = await this.database(shard)
      .prepare(query)
      .bind(anyTag([liveIn(channel), otherIn(channel)]), after, limit)
      .all<{ place: number; seq: number; entry: string }>();
    return results.map(({ place, seq, entry }) => ({
      place,
      seq,
      entry: unseal(this.#sealKey, keyOf(channel, seq), entry),
    }));
  }

  async clear(shard: string, channel: ChannelId): Promise<boolean> {
    const some = "SELECT rowid FROM archive WHERE archive MATCH ?1 LIMIT ?2";
    const { meta } = await this.database(shard)
      .prepare(`DELETE FROM archive WHERE rowid IN (${some})`)
      .bind(anyTag([liveIn(channel), otherIn(channel)]), CLEARED)
      .run();
    return meta.rows_written > 0;
  }

  /** Throws where no database of that name is bound (any more). */
  database(shard: string): D1Database {
    const database = this.shards.get(shard);
    if (!database) throw new TypeError(`no database of the archive is called ${shard}`);
    return database;
  }

  /** Each with its name. */
  get databases(): D1Database[] {
    return [...this.shards.values()];
  }

  #rowOf(channel: string, entry: ArchivedEntry) {
    const key = keyOf(channel, entry.seq);
    return {
      key,
      seq: entry.seq,
      version: entry.version ?? entry.seq,
      at: entry.at,
      ...this.tokens.columnsOf(channel, entry),
      entry: seal(this.#sealKey, key, entry),
    };
  }
}

/** A rowid that was made of a time is another row's. */
const isTaken = (error: unknown): boolean => error instanceof Error && /constraint/i.test(error.message);

const sum = (results: readonly D1Result[]): Rows => ({
  read: results.reduce((rows, { meta }) => rows + meta.rows_read, 0),
  written: results.reduce((rows, { meta }) => rows + meta.rows_written, 0),
});

/** The archive of a deployment: `names` are the bindings of its databases, separated by spaces. */
export function openArchive(env: object, names: string, secret: string): Archive {
  const bound = new Map<string, unknown>(Object.entries(env));
  const shards = names
    .split(/\s+/)
    .filter(Boolean)
    .map((name): [string, D1Database] => {
      const database = bound.get(name);
      if (!isDatabase(database)) throw new TypeError(`ARCHIVES names ${name}, which is bound to no database`);
      return [name, database];
    });
  return new Archive(new Map(shards), secret);
}

const isDatabase = (bound: unknown): bound is D1Database =>
  typeof bound === "object" && bound !== null && "prepare" in bound && "batch" in bound;
