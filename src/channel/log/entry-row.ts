// Reads an entry from its row. Reading a row costs time for each column. Nearly every row is a
// plain message, which points to nothing and was never changed. So a query reads five columns and
// packs the columns that plain messages do not use into a sixth.
import type { ArchivedEntry } from "../../domain/archive";
import type { EntryType } from "../../domain/log";

const isPlain = `e.type = 'message.sent' AND e.version = e.seq AND e.deleted = 0
  AND coalesce(e.target, e.thread, e.reply_to, e.mentions, e.detail) IS NULL`;

/** The columns of `RawEntry`, in the same order. */
export const entryColumns = `e.seq, e.actor, e.nonce, e.at, e.body, CASE WHEN ${isPlain} THEN NULL
  ELSE json_array(e.type, e.target, e.thread, e.reply_to, e.version, e.changed_at, e.deleted, e.mentions, e.detail) END`;

/** The same without the text, which may be long. */
export const bodylessColumns = entryColumns.replace("e.body", "NULL");

/** A row as the query returns it. `packed` is JSON of `PackedColumns`; null for a plain message. */
export type RawEntry = [
  seq: number,
  actor: string,
  nonce: string,
  at: number,
  body: string | null,
  packed: string | null,
];

type PackedColumns = [
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

/** An entry as it is stored in its row. The archive stores the same fields. */
export type EntryRow = ArchivedEntry;

export function entryOf([seq, actor, nonce, at, body, packed]: RawEntry): EntryRow {
  const columns: PackedColumns =
    packed === null ? ["message.sent", null, null, null, seq, at, 0, null, null] : JSON.parse(packed);
  const [type, target, thread, replyTo, version, changedAt, deleted, mentions, detail] = columns;
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
