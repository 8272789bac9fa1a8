// Reads an entry from its row. Reading a row costs time for each column. Nearly every row is a
// plain message, which points to nothing and was never changed. So a query reads five columns by
// position and packs the columns that plain messages do not use into a sixth, as JSON by name.
import type { ArchivedEntry } from "../../domain/archive";
import type { EntryType } from "../../domain/log";
import type { StoredBody } from "../../domain/message";
import { mentions, noAttachments, noMentions } from "../../protocol";
import { attachmentsOf } from "./parts-column";

const isPlain = `e.type = 'message.sent' AND e.version = e.seq AND e.deleted = 0
  AND coalesce(e.target, e.thread, e.reply_to, e.mentions, e.detail, e.parts) IS NULL`;

/** The columns of `RawEntry`, in the same order. */
export const entryColumns = `e.seq, e.actor, e.nonce, e.at, e.body, CASE WHEN ${isPlain} THEN NULL
  ELSE json_object('v', 1, 'type', e.type, 'target', e.target, 'thread', e.thread, 'replyTo', e.reply_to,
    'version', e.version, 'changedAt', e.changed_at, 'deleted', e.deleted, 'mentions', json(e.mentions),
    'detail', e.detail, 'parts', json(e.parts)) END`;

/** A row as the query returns it. `packed` is JSON of `PackedColumns`; null for a plain message. */
export type RawEntry = [
  seq: number,
  actor: string,
  nonce: string,
  at: number,
  body: string | null,
  packed: string | null,
];

interface PackedColumns {
  v: 1;
  type: EntryType;
  target: number | null;
  thread: number | null;
  replyTo: number | null;
  version: number | null;
  changedAt: number | null;
  deleted: 0 | 1;
  mentions: unknown;
  detail: string | null;
  parts: unknown;
}

/** An entry as it is stored in its row. The archive stores the same fields. */
export type EntryRow = ArchivedEntry;

export function entryOf([seq, actor, nonce, at, text, packed]: RawEntry): EntryRow {
  if (packed === null) {
    const body = {
      state: "live",
      text: text ?? "",
      attachments: noAttachments,
      mentions: noMentions,
      version: seq,
      changedAt: at,
    } as const;
    return {
      seq,
      type: "message.sent",
      actor,
      nonce,
      at,
      target: null,
      thread: null,
      replyTo: null,
      detail: null,
      body,
    };
  }
  const columns: PackedColumns = JSON.parse(packed);
  const { type, target, thread, replyTo, detail } = columns;
  return { seq, type, actor, nonce, at, target, thread, replyTo, detail, body: bodyOf(columns, text) };
}

/** Returns the body of a message; null for another entry. */
function bodyOf({ version, changedAt, deleted, ...columns }: PackedColumns, text: string | null): StoredBody | null {
  if (version === null || changedAt === null) return null;
  if (deleted === 1) return { state: "deleted", version, changedAt };
  return {
    state: "live",
    text: text ?? "",
    attachments: columns.parts === null ? noAttachments : attachmentsOf(columns.parts),
    mentions: columns.mentions === null ? noMentions : mentions.parse(columns.mentions),
    version,
    changedAt,
  };
}
