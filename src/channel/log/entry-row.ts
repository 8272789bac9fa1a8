// A row of the log, as it is stored, and as it is read: reading a row costs by its columns, and nearly every row is a message that points at nothing
// and was never changed. What sets the others apart comes in one column of its own.
import type { ArchivedEntry } from "../../domain/archive";
import type { EntryType } from "../../domain/log";

const isPlain = `e.type = 'message.sent' AND e.version = e.seq AND e.deleted = 0
  AND coalesce(e.target, e.thread, e.reply_to, e.mentions, e.detail) IS NULL`;

/** The columns of `RawEntry`, in its order. */
export const entryColumns = `e.seq, e.actor, e.nonce, e.at, e.body, CASE WHEN ${isPlain} THEN NULL
  ELSE json_array(e.type, e.target, e.thread, e.reply_to, e.version, e.changed_at, e.deleted, e.mentions, e.detail) END`;

/** `rest` is JSON of `Rest`; null for a plain message. */
export type RawEntry = [
  seq: number,
  actor: string,
  nonce: string,
  at: number,
  body: string | null,
  rest: string | null,
];

type Rest = [
  type: EntryType,
  target: number | null,
  thread: number | null,
  replyTo: number | null,
  version: number | null,
  changedAt: number | null,
  deleted: number,
  mentions: string | null,
  detail: string | null,
];

/** What a row says: the archive takes it as it is. */
export type EntryRow = ArchivedEntry;

export function entryOf([seq, actor, nonce, at, body, packed]: RawEntry): EntryRow {
  const rest: Rest = packed === null ? ["message.sent", null, null, null, seq, at, 0, null, null] : JSON.parse(packed);
  const [type, target, thread, replyTo, version, changedAt, deleted, mentions, detail] = rest;
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
