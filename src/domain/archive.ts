// The archive as channels see it: a copy of their logs in D1, in which searches look. The archive
// is always behind the logs, so every hit of a search is read again in its channel.
import type { ChannelId } from "../protocol";
import type { EntryType } from "./log";

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
  /** The seq of the entry that last changed the message; null when the entry is not a message. */
  version: number | null;
  changedAt: number | null;
  isDeleted: boolean;
  /** JSON, as in the log. */
  mentions: string | null;
  detail: string | null;
  /** The text; null when the entry is not a message, empty when the message is deleted. */
  body: string | null;
}

/** The rows by which an operation of the database is billed. */
export interface BilledRows {
  read: number;
  written: number;
}

/**
 * `place` orders the rows of a channel. An entry that is written again moves behind the others.
 * `entry` is null when it cannot be read.
 */
export interface ArchivedRow {
  place: number;
  seq: number;
  entry: ArchivedEntry | null;
}

/**
 * The archive is a list of databases. Each channel is stored in one of them and remembers its name.
 */
export interface ArchivePort {
  /** The database in which a channel without an archive stores its entries. */
  choose(channel: ChannelId): string;
  /**
   * Stores entries. Repeats in any order change nothing: the highest version of a message stays.
   */
  put(shard: string, channel: ChannelId, entries: readonly ArchivedEntry[]): Promise<BilledRows>;
  list(shard: string, channel: ChannelId, after: number, limit: number): Promise<ArchivedRow[]>;
  /** Removes some of a channel's rows. Answers whether there were any. */
  clearBatch(shard: string, channel: ChannelId): Promise<boolean>;
}
