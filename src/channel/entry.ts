// A row of the log, and what it looks like to the world. Every row is read together with what it points to (its target, the message it
// quotes, what gathers around them), so that an event carries the current state of what it touched.
import * as z from "zod";
import { bare } from "../domain/aspects";
import type { EntryType } from "../domain/log";
import { nobody } from "../domain/mentions";
import * as wire from "../protocol";

/** `e` the entry, `t` its target, `q` what is quoted, `a` the aspects of the message, `w` those of the root of its thread. */
export const entryColumns = `e.seq, e.type, e.actor, e.nonce, e.at, e.target, e.detail,
  coalesce(t.thread, e.thread) AS thread,
  coalesce(t.version, e.version) AS version, coalesce(t.changed_at, e.changed_at) AS changed_at,
  coalesce(t.deleted, e.deleted) AS deleted, coalesce(t.mentions, e.mentions) AS mentions,
  a.reactions, a.replies, a.pin, w.replies AS root_replies,
  q.seq AS quoted, q.actor AS quoted_author, q.deleted AS quoted_deleted,
  substr(q.body, 1, ${wire.limits.previewCodePoints * 4}) AS quoted_start,
  coalesce(t.body, e.body) AS body`;

export const entryTables = `entries e
  LEFT JOIN entries t ON t.seq = e.target
  LEFT JOIN entries q ON q.seq = e.reply_to
  LEFT JOIN aspects a ON a.seq = coalesce(e.target, e.seq)
  LEFT JOIN aspects w ON w.seq = coalesce(t.thread, e.thread)`;

export type EntryRow = {
  seq: number;
  type: EntryType;
  actor: string;
  nonce: string;
  at: number;
  target: number | null;
  detail: string | null;
  thread: number | null;
  version: number | null;
  changed_at: number | null;
  deleted: number;
  mentions: string | null;
  reactions: string | null;
  replies: string | null;
  pin: string | null;
  root_replies: string | null;
  quoted: number | null;
  quoted_author: string | null;
  quoted_deleted: number | null;
  quoted_start: string | null;
  body: string | null;
};

const read = <T>(schema: z.ZodType<T>, packed: string | null, missing: T): T =>
  packed === null ? missing : schema.parse(JSON.parse(packed));

/** The state of the message that the row is or points to. */
export function bodyOf(row: EntryRow): wire.Body {
  const { version, changed_at } = row;
  if (version === null || changed_at === null) throw new TypeError(`entry ${row.seq} has no message`);
  if (row.deleted) return { state: "deleted", version, deletedAt: changed_at };
  const editedAt = version === (row.target ?? row.seq) ? null : changed_at;
  const mentions = read(wire.mentions, row.mentions, nobody);
  return { state: "live", text: row.body ?? "", mentions, version, editedAt };
}

/** Whoever deletes a message takes down what was put on it. */
const reactionsOf = (row: EntryRow): wire.Reactions =>
  row.deleted ? { version: row.version ?? 0, items: [] } : read(wire.reactions, row.reactions, bare.reactions);
const pinOf = (row: EntryRow): wire.Pin =>
  row.deleted ? { version: row.version ?? 0, by: null, at: null } : read(wire.pin, row.pin, bare.pin);
const repliesOf = (row: EntryRow): wire.Replies => read(wire.replies, row.replies, bare.replies);
const rootOf = ({ thread, root_replies }: EntryRow) =>
  thread === null ? null : { seq: thread, replies: read(wire.replies, root_replies, bare.replies) };

function quoteOf({ quoted, quoted_author, quoted_deleted, quoted_start }: EntryRow): wire.Quote | null {
  if (quoted === null || quoted_author === null) return null;
  return { seq: quoted, author: quoted_author, preview: quoted_deleted ? null : wire.previewOf(quoted_start ?? "") };
}

const joined = z.object({ user: wire.userId, role: wire.role });
const left = z.object({ user: wire.userId });
const changed = z.object({ name: z.string(), topic: z.string() });

export function eventOf(row: EntryRow): wire.Event {
  const { seq, at, actor, nonce } = row;
  const entry = { seq, at, actor, nonce };
  const target = row.target ?? row.seq;
  const detail = () => JSON.parse(row.detail ?? "null");
  switch (row.type) {
    case "message.sent": {
      const data = { body: bodyOf(row), reply: quoteOf(row), thread: row.thread, root: rootOf(row) };
      return { ...entry, type: row.type, data };
    }
    case "message.edited":
      return { ...entry, type: row.type, data: { target, body: bodyOf(row) } };
    case "message.deleted":
      return { ...entry, type: row.type, data: { target, body: bodyOf(row), root: rootOf(row) } };
    case "reaction.added":
    case "reaction.removed":
      return { ...entry, type: row.type, data: { target, emoji: row.detail ?? "", reactions: reactionsOf(row) } };
    case "message.pinned":
    case "message.unpinned":
      return { ...entry, type: row.type, data: { target, pin: pinOf(row) } };
    case "thread.followed":
    case "thread.unfollowed":
      return { ...entry, type: row.type, data: { target, replies: repliesOf(row) } };
    case "member.joined":
    case "member.changed":
      return { ...entry, type: row.type, data: joined.parse(detail()) };
    case "member.left":
      return { ...entry, type: row.type, data: left.parse(detail()) };
    case "channel.changed":
      return { ...entry, type: row.type, data: changed.parse(detail()) };
  }
}

export const messageOf = (row: EntryRow): wire.Message => ({
  seq: row.seq,
  author: row.actor,
  nonce: row.nonce,
  at: row.at,
  body: bodyOf(row),
  reply: quoteOf(row),
  thread: row.thread,
  reactions: reactionsOf(row),
  replies: repliesOf(row),
  pin: pinOf(row),
});
