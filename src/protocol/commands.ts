// What a client asks over a socket: imperative, each with an `id` that its answer repeats.
import * as z from "zod";
import { commandId, epoch, nonce, position, seq } from "./ids";
import { limits } from "./limits";
import { presenceActive, presenceWatch } from "./presence";
import { emoji, messageText } from "./text";

/** Fixed when a command is composed and kept with it for ever: what makes a retry the same command. */
export const commandIdentity = { nonce, epoch, after: position };

/** `replyTo` quotes a message; `thread` stands the message in the thread of that one. */
const messageSend = z.object({
  id: commandId,
  type: z.literal("message.send"),
  ...commandIdentity,
  text: messageText,
  replyTo: seq.optional(),
  thread: seq.optional(),
});
const messageEdit = z.object({
  id: commandId,
  type: z.literal("message.edit"),
  ...commandIdentity,
  seq,
  text: messageText,
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

/** Asks for everything after a position, page by page; without one, for what happens from here on. */
const channelSubscribe = z.object({
  id: commandId,
  type: z.literal("channel.subscribe"),
  from: z.object({ epoch, after: position }).optional(),
});

/** One page of history. At most one of `before`, `after` and `around`; none means the newest. */
export const pageQuery = z
  .object({
    before: seq.optional(),
    after: position.optional(),
    around: seq.optional(),
    /** Only the replies of this thread; without it, what stands on the channel itself. */
    thread: seq.optional(),
    limit: z.int().min(1).max(limits.pageMax).default(limits.pageDefault),
  })
  .refine((q) => [q.before, q.after, q.around].filter((anchor) => anchor !== undefined).length <= 1, {
    error: "takes at most one of before, after and around",
  });

const historyPage = z.object({ id: commandId, type: z.literal("history.page"), query: pageQuery });

/** I have read up to here. Marks never go back. */
const readMark = z.object({ id: commandId, type: z.literal("read.mark"), seq: position });

/** Count from this message on as unread for me, until I read it again. Nobody else sees it. */
const readUnmark = z.object({ id: commandId, type: z.literal("read.unmark"), seq });

/** I am writing, on the channel or in a thread. Not answered; said again while it lasts, every `typingEveryMs` at most. */
const typingStart = z.object({ id: commandId, type: z.literal("typing.start"), thread: seq.optional() });

/** Whether this socket is looked at: in the background it hears of nobody's writing. */
const viewSet = z.object({ id: commandId, type: z.literal("view.set"), background: z.boolean() });

export const channelCommand = z.discriminatedUnion("type", [
  ...appendingCommand.options,
  channelSubscribe,
  historyPage,
  readMark,
  readUnmark,
  typingStart,
  viewSet,
]);

/** Asks for the inbox rows that changed after a version; 0 asks for all. Answered page by page. */
const inboxSync = z.object({ id: commandId, type: z.literal("inbox.sync"), after: position });

export const userCommand = z.discriminatedUnion("type", [inboxSync, presenceWatch, presenceActive]);

export type AppendingCommand = z.infer<typeof appendingCommand>;
export type ChannelCommand = z.infer<typeof channelCommand>;
export type UserCommand = z.infer<typeof userCommand>;
export type PageQuery = z.infer<typeof pageQuery>;
