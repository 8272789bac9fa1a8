// A row of the log, as it is stored.
import type { EntryType } from "../domain/log";

/** The columns of `EntryRow`, in its order. */
export const entryColumns =
  "e.seq, e.type, e.actor, e.nonce, e.at, e.target, e.thread, e.reply_to, e.version, e.changed_at, e.deleted, e.mentions, e.detail, e.body";

/** A row as an array, which costs half of one by names. */
export type RawEntry = [
  seq: number,
  type: EntryType,
  actor: string,
  nonce: string,
  at: number,
  target: number | null,
  thread: number | null,
  replyTo: number | null,
  version: number | null,
  changedAt: number | null,
  deleted: number,
  mentions: string | null,
  detail: string | null,
  body: string | null,
];

export interface EntryRow {
  seq: number;
  type: EntryType;
  actor: string;
  nonce: string;
  at: number;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  version: number | null;
  changedAt: number | null;
  isDeleted: boolean;
  mentions: string | null;
  detail: string | null;
  body: string | null;
}

export function entryOf(raw: RawEntry): EntryRow {
  const [seq, type, actor, nonce, at, target, thread, replyTo, version, changedAt, deleted, mentions, detail, body] =
    raw;
  const isDeleted = deleted === 1;
  return {
    seq,
    type,
    actor,
    nonce,
    at,
    target,
    thread,
    replyTo,
    version,
    changedAt,
    isDeleted,
    mentions,
    detail,
    body,
  };
}
