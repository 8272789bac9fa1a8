// A row of the log, and what it looks like to the world. `entries` and its target `t` are read together, so that every event carries the
// current state of the message it touched.
import type { Body, Event, Message } from "../protocol";

export type EntryType = Event["type"];

/** Columns of an entry joined with its target. Body columns stand last: a scan by actor and nonce never reads them. */
export const entryColumns = `e.seq, e.type, e.actor, e.nonce, e.at, e.target,
  coalesce(t.version, e.version) AS version, coalesce(t.changed_at, e.changed_at) AS changed_at,
  coalesce(t.deleted, e.deleted) AS deleted, coalesce(t.body, e.body) AS body`;

export const entryTables = "entries e LEFT JOIN entries t ON t.seq = e.target";

export type EntryRow = {
  seq: number;
  type: EntryType;
  actor: string;
  nonce: string;
  at: number;
  target: number | null;
  version: number;
  changed_at: number;
  deleted: number;
  body: string;
};

/** The state of the message that the row is or points to. */
export function bodyOf(row: EntryRow): Body {
  if (row.deleted) return { state: "deleted", version: row.version, deletedAt: row.changed_at };
  const editedAt = row.version === (row.target ?? row.seq) ? null : row.changed_at;
  return { state: "live", text: row.body, version: row.version, editedAt };
}

export function eventOf(row: EntryRow): Event {
  const { seq, at, actor, nonce, type, target } = row;
  if (type === "message.sent" || target === null) {
    return { seq, at, actor, nonce, type: "message.sent", data: { body: bodyOf(row) } };
  }
  return { seq, at, actor, nonce, type, data: { target, body: bodyOf(row) } };
}

export const messageOf = (row: EntryRow): Message => ({
  seq: row.seq,
  author: row.actor,
  nonce: row.nonce,
  at: row.at,
  body: bodyOf(row),
});
