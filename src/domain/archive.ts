// The archive as the channels see it: a copy of their logs outside of them, and what a search looks in. It is always behind and never asked for the
// truth: whatever it finds is read again in its channel.
import type { ChannelId } from "../protocol";
import type { EntryType } from "./log";

/** A row of a log as the archive holds it: for a message, in its current state. */
export interface ArchivedEntry {
  seq: number;
  type: EntryType;
  actor: string;
  nonce: string;
  at: number;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  /** The entry that made a message what it is; null for what is no message. */
  version: number | null;
  changedAt: number | null;
  isDeleted: boolean;
  /** JSON, as the log holds it. */
  mentions: string | null;
  detail: string | null;
  /** Null for what is no message; empty for one that is deleted. */
  body: string | null;
}

/** What an operation on a database is billed by. */
export interface BilledRows {
  read: number;
  written: number;
}

/** `place` orders the rows of a channel: an entry that was written anew stands behind the others. `entry` is null where it cannot be read. */
export interface ArchivedRow {
  place: number;
  seq: number;
  entry: ArchivedEntry | null;
}

/** The archive is a list of databases; each channel stands in one of them, which it remembers by name. */
export interface ArchivePort {
  /** The database that a channel's entries go to from now on. */
  choose(channel: ChannelId): string;
  /** Stores entries. Repeating it, in any order, changes nothing: of a message the highest version stays. */
  put(shard: string, channel: ChannelId, entries: readonly ArchivedEntry[]): Promise<BilledRows>;
  list(shard: string, channel: ChannelId, after: number, limit: number): Promise<ArchivedRow[]>;
  /** Removes a part of a channel's rows; answers whether there were any. */
  clear(shard: string, channel: ChannelId): Promise<boolean>;
}
