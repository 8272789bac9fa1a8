// What a client asks over a socket: imperative, each with an `id` that its answer repeats.
import * as z from "zod";
import { commandId, epoch, nonce, position, seq } from "./ids";
import { limits } from "./limits";
import { messageText } from "./text";

/** Fixed when a command is composed and kept with it for ever: what makes a retry the same command. */
export const composed = { nonce, epoch, after: position };

const messageSend = z.object({ id: commandId, type: z.literal("message.send"), ...composed, text: messageText });
const messageEdit = z.object({ id: commandId, type: z.literal("message.edit"), ...composed, seq, text: messageText });
const messageDelete = z.object({ id: commandId, type: z.literal("message.delete"), ...composed, seq });

/** Commands that take a seq. */
export const appendingCommand = z.discriminatedUnion("type", [messageSend, messageEdit, messageDelete]);

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
    limit: z.int().min(1).max(limits.pageMax).default(limits.pageDefault),
  })
  .refine((q) => [q.before, q.after, q.around].filter((anchor) => anchor !== undefined).length <= 1, {
    error: "takes at most one of before, after and around",
  });

const historyPage = z.object({ id: commandId, type: z.literal("history.page"), query: pageQuery });

/** I have read up to here. Marks never go back. */
const readMark = z.object({ id: commandId, type: z.literal("read.mark"), seq: position });

export const channelCommand = z.discriminatedUnion("type", [
  messageSend,
  messageEdit,
  messageDelete,
  channelSubscribe,
  historyPage,
  readMark,
]);

/** Asks for the inbox rows that changed after a version; 0 asks for all. Answered page by page. */
const inboxSync = z.object({ id: commandId, type: z.literal("inbox.sync"), after: position });

export const userCommand = z.discriminatedUnion("type", [inboxSync]);

export type AppendingCommand = z.infer<typeof appendingCommand>;
export type ChannelCommand = z.infer<typeof channelCommand>;
export type UserCommand = z.infer<typeof userCommand>;
export type PageQuery = z.infer<typeof pageQuery>;
