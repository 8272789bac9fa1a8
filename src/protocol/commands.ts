// The commands of a client. Each has an `id` that its answer repeats.
import * as z from "zod";
import { keptAttachments, sentAttachments } from "./attachment";
import { callCommand } from "./calls";
import { commandId, epoch, nonce, position, seq } from "./ids";
import { limits } from "./limits";
import { presenceActive, presenceWatch } from "./presence";
import { emoji, longText } from "./text";
import { isVisible } from "./visible-text";

/** What identifies a command. It is fixed when the command is composed, and a retry repeats it. */
export const commandIdentity = { nonce, epoch, after: position };

/** Whether a message shows something: a visible text, or an attachment. */
export const showsSomething = ({ text, attachments }: { text: string; attachments?: readonly unknown[] | undefined }) =>
  (attachments !== undefined && attachments.length > 0) || isVisible(text);
export const mustShowSomething = { error: "must have a visible character, or attachments", path: ["text"] };

/**
 * Sends a message. With `attachments` its text may be empty. `replyTo` is the seq of the message to
 * quote. `thread` is the root of the thread to post in. `toChannel` shows the reply in the channel
 * itself too. `forwarded` marks what was forwarded from another place.
 */
const messageSend = z
  .object({
    id: commandId,
    type: z.literal("message.send"),
    ...commandIdentity,
    text: longText,
    attachments: sentAttachments.optional(),
    replyTo: seq.optional(),
    thread: seq.optional(),
    toChannel: z.boolean().optional(),
    forwarded: z.boolean().optional(),
  })
  .refine(showsSomething, mustShowSomething);
/**
 * Edits a message. Without `attachments` it keeps all of them. The text may be empty if one is
 * left.
 */
const messageEdit = z.object({
  id: commandId,
  type: z.literal("message.edit"),
  ...commandIdentity,
  seq,
  text: longText,
  attachments: keptAttachments.optional(),
});
const messageDelete = z.object({ id: commandId, type: z.literal("message.delete"), ...commandIdentity, seq });

const onMessage = { id: commandId, ...commandIdentity, seq };
const reactionAdd = z.object({ ...onMessage, type: z.literal("reaction.add"), emoji });
const reactionRemove = z.object({ ...onMessage, type: z.literal("reaction.remove"), emoji });
const messagePin = z.object({ ...onMessage, type: z.literal("message.pin") });
const messageUnpin = z.object({ ...onMessage, type: z.literal("message.unpin") });
const threadFollow = z.object({ ...onMessage, type: z.literal("thread.follow") });
const threadUnfollow = z.object({ ...onMessage, type: z.literal("thread.unfollow") });

/** Commands that take a seq. */
export const appendingCommand = z.discriminatedUnion("type", [
  messageSend,
  messageEdit,
  messageDelete,
  reactionAdd,
  reactionRemove,
  messagePin,
  messageUnpin,
  threadFollow,
  threadUnfollow,
]);

/** Asks for all events after a position, page by page; without `from`, for future events only. */
const channelSubscribe = z.object({
  id: commandId,
  type: z.literal("channel.subscribe"),
  from: z.object({ epoch, after: position }).optional(),
  /** Whether this client reads `here.batch`, in place of a `here.changed` for each person. */
  hereInBatches: z.boolean().optional(),
  /** Whether this client applies `messages.purged`. For another one the cursor ends there. */
  purges: z.boolean().optional(),
});

/**
 * The page of history to load. At most one of `before`, `after` and `around` is set. Without any,
 * the newest page.
 */
export const pageQuery = z
  .object({
    before: seq.optional(),
    after: position.optional(),
    around: seq.optional(),
    /** Only the replies of this thread; without it, the messages outside of threads. */
    thread: seq.optional(),
    limit: z.int().min(1).max(limits.pageMax).default(limits.pageDefault),
  })
  .refine((q) => [q.before, q.after, q.around].filter((anchor) => anchor !== undefined).length <= 1, {
    error: "must have at most one of before, after and around",
  });

const historyPage = z.object({ id: commandId, type: z.literal("history.page"), query: pageQuery });

/** Messages that I have seen, in their present state, wherever my read mark is. */
export const seenMessages = z.array(seq).max(limits.unseenMax);

/** Raises my read mark. Marks never go back. */
const readMark = z.object({
  id: commandId,
  type: z.literal("read.mark"),
  seq: position,
  seen: seenMessages.optional(),
});

/**
 * Sets the channel to unread for me, from this message on, until I read it. Others do not see this.
 */
const readUnmark = z.object({ id: commandId, type: z.literal("read.unmark"), seq });

/**
 * Says that I am typing, in a thread or outside of threads. There is no answer. The client repeats
 * the command while the person types, at most every `typingEveryMs`.
 */
const typingStart = z.object({ id: commandId, type: z.literal("typing.start"), thread: seq.optional() });

/**
 * Sets whether this socket shows the channel. A socket in the background gets no typing signals.
 */
const viewSet = z.object({ id: commandId, type: z.literal("view.set"), background: z.boolean() });

export const channelCommand = z.discriminatedUnion("type", [
  ...appendingCommand.options,
  channelSubscribe,
  historyPage,
  readMark,
  readUnmark,
  typingStart,
  viewSet,
  ...callCommand.options,
]);

/**
 * Asks for the inbox rows that changed after a version; 0 asks for all. The answer comes in pages.
 */
const inboxSync = z.object({ id: commandId, type: z.literal("inbox.sync"), after: position });

export const userCommand = z.discriminatedUnion("type", [inboxSync, presenceWatch, presenceActive]);

export type AppendingCommand = z.infer<typeof appendingCommand>;
type WithoutId<C> = C extends { id: string } ? Omit<C, "id"> : never;
/** An appending command without the id, which only its socket needs. */
export type ComposedCommand = WithoutId<AppendingCommand>;
export type ChannelCommand = z.infer<typeof channelCommand>;
export type UserCommand = z.infer<typeof userCommand>;
export type PageQuery = z.infer<typeof pageQuery>;
