// The archive as channels use it: a copy of their logs in D1, for searches. The archive is behind
// the logs, so every hit of a search is read again in its channel.
import type { ChannelId } from "../protocol";
import type { EntryType } from "./log";
import { charactersOf, type StoredBody } from "./message";

/** An entry of a log in the archive. A message is stored in its current state. */
export interface ArchivedEntry {
  seq: number;
  type: EntryType;
  actor: string;
  nonce: string;
  at: number;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  /** The emoji of a reaction, what a notice says as JSON, or the mark of a message. */
  detail: string | null;
  /** Null if the entry is not a message. */
  body: StoredBody | null;
}

/** Returns the characters of an entry's parts. */
export const charactersOfEntry = ({ body }: ArchivedEntry): number => (body?.state === "live" ? charactersOf(body) : 0);

/** Whether two entries mean the same. Fields that are missing equal fields without a value. */
export const isSameEntry = (one: ArchivedEntry, other: ArchivedEntry): boolean => isSameValue(one, other);

function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSameValue(one[name], other[name]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** The rows for which a database operation is billed. */
export interface BilledRows {
  read: number;
  written: number;
}

/**
 * `place` orders the rows of a channel. An entry that is written again moves behind the others.
 * `entry` is null if it cannot be decrypted.
 */
export interface ArchivedRow {
  place: number;
  seq: number;
  entry: ArchivedEntry | null;
}

/** Bytes of text by account. */
export type BytesOfAccounts = Record<string, number>;

/** `day` is a day of `domain/daily-budget.ts`. */
export interface BytesOfDay {
  day: number;
  bytes: BytesOfAccounts;
}

/**
 * The archive is a list of databases. Each channel is stored in one of them and stores the name of
 * that database.
 */
export interface ArchivePort {
  /** Returns the name of the database for a channel that has none yet. */
  choose(channel: ChannelId): string;
  /**
   * Whether channels may be stored in a database. If not, they move to another one: `isReachable`
   * says whether their rows can be removed.
   */
  isListed(shard: string): boolean;
  isReachable(shard: string): boolean;
  /**
   * Stores entries. Repeats in any order change nothing: the highest version of a message is kept.
   */
  put(shard: string, channel: ChannelId, entries: readonly ArchivedEntry[]): Promise<BilledRows>;
  /**
   * Returns the rows after a place: at most `limit`, and at most a million characters of sealed
   * entries, unless the first alone has more. Only an empty list is the last.
   */
  list(shard: string, channel: ChannelId, after: number, limit: number): Promise<ArchivedRow[]>;
  /** Removes one batch of a channel's rows. Returns whether there were any. */
  clearBatch(shard: string, channel: ChannelId): Promise<boolean>;
  /**
   * Stores how many bytes of text accounts have written in a channel on a day. A repeat changes
   * nothing. Returns what the same accounts have written in all other channels on that day.
   */
  reportBytes(
    shard: string,
    channel: ChannelId,
    written: BytesOfDay,
  ): Promise<{ elsewhere: BytesOfAccounts; cost: BilledRows }>;
  /** Stores that the object of a channel is large, for the operator. */
  reportSize(shard: string, channel: ChannelId, bytes: number, now: number): Promise<BilledRows>;
}
