// Maps a row of the log to an event or a message. Targets, quotes and annotations are loaded only
// if the row points to them: nearly every row is a plain message, whose mapping must stay cheap.
import * as z from "zod";
import { FORWARDED, TO_CHANNEL } from "../../domain/log";
import type { StoredBody } from "../../domain/message";
import * as wire from "../../protocol";
import type { EntryReferences } from "./entry-references";
import type { EntryRow } from "./entry-row";
import { readPurge } from "./purge-record";

/** Returns the body of a message as it is stored. Throws if the entry is not a message. */
function storedBodyOf({ seq, body }: EntryRow): StoredBody {
  if (body === null) throw new TypeError(`entry ${seq} is no message`);
  return body;
}

/** Returns the body of a message as clients see it. */
function bodyOf(row: EntryRow): wire.Body {
  const body = storedBodyOf(row);
  const { version, changedAt } = body;
  if (body.state === "deleted") return { state: "deleted", version, deletedAt: changedAt };
  const { text, mentions, attachments } = body;
  const editedAt = version === row.seq ? null : changedAt;
  return { state: "live", text, mentions, attachments, version, editedAt };
}

type BodyState = Pick<StoredBody, "state" | "version">;

// A deleted message has no reactions and no pin.
const reactionsOf = ({ state, version }: BodyState, seq: number, references: EntryReferences): wire.Reactions =>
  state === "deleted" ? { version, items: [] } : references.annotations(seq).reactions;
const pinOf = ({ state, version }: BodyState, seq: number, references: EntryReferences): wire.Pin =>
  state === "deleted" ? { version, by: null, at: null } : references.annotations(seq).pin;
const rootOf = ({ thread }: EntryRow, references: EntryReferences) =>
  thread === null ? null : { seq: thread, replies: references.annotations(thread).replies };

function marksOf({ detail }: EntryRow): { toChannel?: true; forwarded?: true } {
  if (detail === TO_CHANNEL) return { toChannel: true };
  return detail === FORWARDED ? { forwarded: true } : {};
}

const memberRole = z.object({ user: wire.userId, role: wire.role });
const formerMember = z.object({ user: wire.userId });
const callBegin = z.object({ rang: z.boolean(), video: z.boolean() });
const callEnd = z.object({
  call: wire.seq,
  startedAt: wire.time,
  durationMs: z.int(),
  joined: z.array(wire.userId),
  rang: z.boolean(),
  reason: wire.callEndReason,
});
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
        data: { body: bodyOf(row), reply, thread: row.thread, ...marksOf(row), root: rootOf(row, references) },
      };
    }
    case "message.edited":
      return { ...entry, type: row.type, data: { target, body: bodyOf(references.message(target)) } };
    case "message.deleted": {
      const message = references.message(target);
      return { ...entry, type: row.type, data: { target, body: bodyOf(message), root: rootOf(message, references) } };
    }
    case "messages.purged": {
      const { author, from, through, roots } = readPurge(row.detail);
      const summaryOf = (root: number) => ({ seq: root, replies: references.annotations(root).replies });
      return { ...entry, type: row.type, data: { author, from, through, roots: roots.map(summaryOf) } };
    }
    case "reaction.added":
    case "reaction.removed": {
      const reactions = reactionsOf(references.stateOf(target), target, references);
      return { ...entry, type: row.type, data: { target, emoji: row.detail ?? "", reactions } };
    }
    case "message.pinned":
    case "message.unpinned":
      return {
        ...entry,
        type: row.type,
        data: { target, pin: pinOf(references.stateOf(target), target, references) },
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
    case "call.started":
      return { ...entry, type: row.type, data: callBegin.parse(detail()) };
    case "call.ended":
      return { ...entry, type: row.type, data: callEnd.parse(detail()) };
  }
}

/** Returns the row of a message as clients see it. */
export function messageOf(row: EntryRow, references: EntryReferences): wire.Message {
  const { seq, actor: author, nonce, at, thread } = row;
  const body = bodyOf(row);
  return {
    seq,
    author,
    nonce,
    at,
    body,
    reply: references.quote(row.replyTo),
    thread,
    ...marksOf(row),
    reactions: reactionsOf(body, seq, references),
    replies: references.annotations(seq).replies,
    pin: pinOf(body, seq, references),
  };
}
