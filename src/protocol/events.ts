// Events: the entries of a channel's log as clients see them. `data` carries the current state of
// what the entry changed, so that a client that resumes ends in the same state as one that was
// connected.
import * as z from "zod";
import { callEndReason } from "./calls";
import { channelId, epoch, nonce, position, seq, time, userId } from "./ids";
import { body, pin, quote, reactions, replies } from "./message";
import { role } from "./roles";
import { emoji } from "./text";

const entry = { seq, at: time, actor: userId, nonce };

/** The root of the thread that an entry changed, with its new summary. */
const root = z.object({ seq, replies });

/** A frame leaves out the fields that have their default. */
const sent = z.object({
  body,
  reply: quote.nullable().default(null),
  thread: seq.nullable().default(null),
  /** Whether a reply in a thread is shown in the channel itself too. Left out if it is not. */
  toChannel: z.boolean().optional(),
  /** Whether its sender says that it was forwarded. Left out if not. */
  forwarded: z.boolean().optional(),
  root: root.nullable().default(null),
});
const messageSent = z.object({ ...entry, type: z.literal("message.sent"), data: sent });
const messageEdited = z.object({ ...entry, type: z.literal("message.edited"), data: z.object({ target: seq, body }) });
const messageDeleted = z.object({
  ...entry,
  type: z.literal("message.deleted"),
  data: z.object({ target: seq, body, root: root.nullable() }),
});

/**
 * A moderator deleted what `author` sent: every message from the entry `from` to `through` that is
 * not deleted. The version of their bodies, reactions and pins is the seq of this entry.
 * `roots`: the roots of the threads that lost replies.
 */
const messagesPurged = z.object({
  ...entry,
  type: z.literal("messages.purged"),
  data: z.object({ author: userId, from: seq, through: seq, roots: z.array(root) }),
});

const reaction = z.object({ target: seq, emoji, reactions });
const reactionAdded = z.object({ ...entry, type: z.literal("reaction.added"), data: reaction });
const reactionRemoved = z.object({ ...entry, type: z.literal("reaction.removed"), data: reaction });

const pinChange = z.object({ target: seq, pin });
const messagePinned = z.object({ ...entry, type: z.literal("message.pinned"), data: pinChange });
const messageUnpinned = z.object({ ...entry, type: z.literal("message.unpinned"), data: pinChange });

const followChange = z.object({ target: seq, replies });
const threadFollowed = z.object({ ...entry, type: z.literal("thread.followed"), data: followChange });
const threadUnfollowed = z.object({ ...entry, type: z.literal("thread.unfollowed"), data: followChange });

/** A user joined. `actor` added them, or is the user. */
const memberJoined = z.object({ ...entry, type: z.literal("member.joined"), data: z.object({ user: userId, role }) });
/** A user left, or was removed if `actor` is another user. */
const memberLeft = z.object({ ...entry, type: z.literal("member.left"), data: z.object({ user: userId }) });
const memberChanged = z.object({ ...entry, type: z.literal("member.changed"), data: z.object({ user: userId, role }) });
const channelChanged = z.object({
  ...entry,
  type: z.literal("channel.changed"),
  data: z.object({ name: z.string(), topic: z.string() }),
});

/** A call began. Its seq identifies the call. `rang`: whether it rang for the members. */
const callStarted = z.object({
  ...entry,
  type: z.literal("call.started"),
  data: z.object({ rang: z.boolean(), video: z.boolean() }),
});
/** A call ended. Of those whom it rang for, those who are not in `joined` have missed it. */
export const callEnded = z.object({
  ...entry,
  type: z.literal("call.ended"),
  data: z.object({
    call: seq,
    startedAt: time,
    durationMs: z.int().min(0),
    /** Who was in the call. */
    joined: z.array(userId),
    rang: z.boolean(),
    reason: callEndReason,
  }),
});

export const event = z
  .discriminatedUnion("type", [
    messageSent,
    messageEdited,
    messageDeleted,
    messagesPurged,
    reactionAdded,
    reactionRemoved,
    messagePinned,
    messageUnpinned,
    threadFollowed,
    threadUnfollowed,
    memberJoined,
    memberLeft,
    memberChanged,
    channelChanged,
    callStarted,
    callEnded,
  ])
  .meta({ id: "Event", description: "An entry of a channel's log." });

/**
 * One turn, or one page of a resume. Seqs are consecutive. `head` is the head when the frame was
 * made.
 */
export const eventsFrame = z.object({
  type: z.literal("events"),
  channel: channelId,
  epoch,
  head: position,
  events: z.array(event).min(1),
});

export type Event = z.infer<typeof event>;
export type EventsFrame = z.infer<typeof eventsFrame>;
