// What a row of the log looks like to the world. What it points to (its target, the message it quotes, what gathers around them) is looked up
// where there is something to look up: nearly every row points at nothing, and reading it must cost no more than that.
import * as z from "zod";
import { noMentions } from "../../domain/mentions";
import * as wire from "../../protocol";
import type { EntryReferences } from "./entry-references";
import type { EntryRow } from "./entry-row";

/** The state of a message. */
function bodyOf({ seq, version, changedAt, isDeleted, mentions, body }: EntryRow): wire.Body {
  if (version === null || changedAt === null) throw new TypeError(`entry ${seq} is no message`);
  if (isDeleted) return { state: "deleted", version, deletedAt: changedAt };
  const called = mentions === null ? noMentions : wire.mentions.parse(JSON.parse(mentions));
  return { state: "live", text: body ?? "", mentions: called, version, editedAt: version === seq ? null : changedAt };
}

/** Whoever deletes a message takes down what was put on it. */
const reactionsOf = (message: EntryRow, references: EntryReferences): wire.Reactions =>
  message.isDeleted ? { version: message.version ?? 0, items: [] } : references.annotations(message.seq).reactions;
const pinOf = (message: EntryRow, references: EntryReferences): wire.Pin =>
  message.isDeleted ? { version: message.version ?? 0, by: null, at: null } : references.annotations(message.seq).pin;
const rootOf = ({ thread }: EntryRow, references: EntryReferences) =>
  thread === null ? null : { seq: thread, replies: references.annotations(thread).replies };

const joined = z.object({ user: wire.userId, role: wire.role });
const left = z.object({ user: wire.userId });
const changed = z.object({ name: z.string(), topic: z.string() });

export function eventOf(row: EntryRow, references: EntryReferences): wire.Event {
  const { seq, at, actor, nonce } = row;
  const entry = { seq, at, actor, nonce };
  const target = row.target ?? seq;
  const message = row.target === null ? row : references.message(row.target);
  const detail = () => JSON.parse(row.detail ?? "null");
  switch (row.type) {
    case "message.sent": {
      const reply = references.quote(row.replyTo);
      return {
        ...entry,
        type: row.type,
        data: { body: bodyOf(row), reply, thread: row.thread, root: rootOf(row, references) },
      };
    }
    case "message.edited":
      return { ...entry, type: row.type, data: { target, body: bodyOf(message) } };
    case "message.deleted":
      return { ...entry, type: row.type, data: { target, body: bodyOf(message), root: rootOf(message, references) } };
    case "reaction.added":
    case "reaction.removed": {
      const reactions = reactionsOf(message, references);
      return { ...entry, type: row.type, data: { target, emoji: row.detail ?? "", reactions } };
    }
    case "message.pinned":
    case "message.unpinned":
      return { ...entry, type: row.type, data: { target, pin: pinOf(message, references) } };
    case "thread.followed":
    case "thread.unfollowed":
      return { ...entry, type: row.type, data: { target, replies: references.annotations(target).replies } };
    case "member.joined":
    case "member.changed":
      return { ...entry, type: row.type, data: joined.parse(detail()) };
    case "member.left":
      return { ...entry, type: row.type, data: left.parse(detail()) };
    case "channel.changed":
      return { ...entry, type: row.type, data: changed.parse(detail()) };
  }
}

export const messageOf = (row: EntryRow, references: EntryReferences): wire.Message => ({
  seq: row.seq,
  author: row.actor,
  nonce: row.nonce,
  at: row.at,
  body: bodyOf(row),
  reply: references.quote(row.replyTo),
  thread: row.thread,
  reactions: reactionsOf(row, references),
  replies: references.annotations(row.seq).replies,
  pin: pinOf(row, references),
});
