// Reads an entry from its row. Reading a row costs time for each column. Nearly every row is a
// plain message, which points to nothing and was never changed. So a query reads five columns by
// position and packs the columns that plain messages do not use into a sixth, as JSON by name.
import type { ArchivedEntry } from "../../domain/archive";
import type { EntryType } from "../../domain/log";
import type { StoredBody } from "../../domain/message";
import { mentions, noAttachments, noMentions } from "../../protocol";
import { attachmentsOf } from "./parts-column";

/**
 * Where entries are read. `current_entries` shows the messages that a purge has hidden and that are
 * not clean yet as deleted. It takes longer for each row, so the two reads that take the most rows
 * use the table itself while no purge is under way.
 */
export type EntrySource = "entries" | "current_entries";

/** Returns the table if it holds no hidden message. */
export const entrySource = (sql: SqlStorage): EntrySource =>
  sql.exec("SELECT 1 FROM purged_ranges LIMIT 1").toArray().length === 0 ? "entries" : "current_entries";

/** Whether a row is a plain message. */
export const isPlain = `e.type = 'message.sent' AND e.version = e.seq AND e.deleted = 0
  AND coalesce(e.target, e.thread, e.reply_to, e.mentions, e.detail, e.parts) IS NULL`;

/** The columns that plain messages do not use, as JSON of `PackedColumns`. */
export const packedColumns = `CASE WHEN e.type = 'message.sent'
  THEN json_object('v', 1, 'type', e.type, 'thread', e.thread, 'replyTo', e.reply_to, 'version', e.version,
    'changedAt', e.changed_at, 'deleted', e.deleted, 'mentions', json(e.mentions), 'detail', e.detail,
    'parts', json(e.parts))
  ELSE json_object('v', 1, 'type', e.type, 'target', e.target, 'detail', e.detail) END`;

/** The columns of `RawEntry`, in the same order. */
export const entryColumns = `e.seq, e.actor, e.nonce, e.at, e.body, CASE WHEN ${isPlain} THEN NULL
  ELSE ${packedColumns} END`;

/** A row as the query returns it. `packed` is JSON of `PackedColumns`; null for a plain message. */
export type RawEntry = [
  seq: number,
  actor: string,
  nonce: string,
  at: number,
  body: string | null,
  packed: string | null,
];

type PackedColumns = PackedMessage | { v: 1; type: OtherType; target: number | null; detail: string | null };
type OtherType = Exclude<EntryType, "message.sent">;

interface PackedMessage {
  v: 1;
  type: "message.sent";
  thread: number | null;
  replyTo: number | null;
  version: number;
  changedAt: number;
  deleted: 0 | 1;
  mentions: unknown;
  detail: string | null;
  parts: unknown;
}

/** An entry as it is stored in its row. The archive stores the same fields. */
export type EntryRow = ArchivedEntry;

export function entryOf([seq, actor, nonce, at, text, packed]: RawEntry): EntryRow {
  if (packed === null) return messageRow(seq, actor, nonce, at, null, null, null, plainBody(text, seq, at));
  const columns: PackedColumns = JSON.parse(packed);
  if (columns.type === "message.sent")
    return messageRow(seq, actor, nonce, at, columns.thread, columns.replyTo, columns.detail, bodyOf(columns, text));
  const { type, target, detail } = columns;
  return { seq, type, actor, nonce, at, target, thread: null, replyTo: null, detail, body: null };
}

const messageRow = (
  seq: number,
  actor: string,
  nonce: string,
  at: number,
  thread: number | null,
  replyTo: number | null,
  detail: string | null,
  body: StoredBody,
): EntryRow => ({ seq, type: "message.sent", actor, nonce, at, target: null, thread, replyTo, detail, body });

const plainBody = (text: string | null, version: number, changedAt: number): StoredBody => ({
  state: "live",
  text: text ?? "",
  attachments: noAttachments,
  mentions: noMentions,
  version,
  changedAt,
});

function bodyOf(packed: PackedMessage, text: string | null): StoredBody {
  const { deleted, version, changedAt } = packed;
  if (deleted === 1) return { state: "deleted", version, changedAt };
  return {
    state: "live",
    text: text ?? "",
    attachments: packed.parts === null ? noAttachments : attachmentsOf(packed.parts),
    mentions: packed.mentions === null ? noMentions : mentions.parse(packed.mentions),
    version,
    changedAt,
  };
}
