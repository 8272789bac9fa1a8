// Maps a row of the log to an event or a message. Targets, quotes and annotations are loaded only
// if the row points to them: nearly every row is a plain message, whose mapping must stay cheap.
import * as z from "zod";
import * as wire from "../../protocol";
import type { EntryReferences } from "./entry-references";
import type { EntryRow } from "./entry-row";

/** Returns the body of a message in its current state. Throws if the entry is not a message. */
function bodyOf({ seq, version, changedAt, isDeleted, mentions, body }: EntryRow): wire.Body {
  if (version === null || changedAt === null) throw new TypeError(`entry ${seq} is no message`);
  if (isDeleted) return { state: "deleted", version, deletedAt: changedAt };
  const mentioned = mentions === null ? wire.noMentions : wire.mentions.parse(JSON.parse(mentions));
  return {
    state: "live",
    text: body ?? "",
    mentions: mentioned,
    version,
    editedAt: version === seq ? null : changedAt,
  };
}

// A deleted message has no reactions and no pin.
const reactionsOf = (message: EntryRow, references: EntryReferences): wire.Reactions =>
  message.isDeleted ? { version: message.version ?? 0, items: [] } : references.annotations(message.seq).reactions;
const pinOf = (message: EntryRow, references: EntryReferences): wire.Pin =>
  message.isDeleted ? { version: message.version ?? 0, by: null, at: null } : references.annotations(message.seq).pin;
const rootOf = ({ thread }: EntryRow, references: EntryReferences) =>
  thread === null ? null : { seq: thread, replies: references.annotations(thread).replies };

const memberRole = z.object({ user: wire.userId, role: wire.role });
const formerMember = z.object({ user: wire.userId });
const channelTexts = z.object({ name: z.string(), topic: z.string() });

/** Returns an entry as an event, with the current state of what it points to. */
export function eventOf(row: EntryRow, references: EntryReferences): wire.Event {
  const { seq, at, actor, nonce } = row;
  const entry = { seq, at, actor, nonce };
  const target = row.target ?? seq;
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
      return { ...entry, type: row.type, data: { target, body: bodyOf(references.message(target)) } };
    case "message.deleted": {
      const message = references.message(target);
      return { ...entry, type: row.type, data: { target, body: bodyOf(message), root: rootOf(message, references) } };
    }
    case "reaction.added":
    case "reaction.removed": {
      const reactions = reactionsOf(references.messageWithoutText(target), references);
      return { ...entry, type: row.type, data: { target, emoji: row.detail ?? "", reactions } };
    }
    case "message.pinned":
    case "message.unpinned":
      return {
        ...entry,
        type: row.type,
        data: { target, pin: pinOf(references.messageWithoutText(target), references) },
      };
    case "thread.followed":
    case "thread.unfollowed":
      return { ...entry, type: row.type, data: { target, replies: references.annotations(target).replies } };
    case "member.joined":
    case "member.changed":
      return { ...entry, type: row.type, data: memberRole.parse(detail()) };
    case "member.left":
      return { ...entry, type: row.type, data: formerMember.parse(detail()) };
    case "channel.changed":
      return { ...entry, type: row.type, data: channelTexts.parse(detail()) };
  }
}

/** Returns the row of a message as clients see it. */
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
