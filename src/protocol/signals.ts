// Signals: live updates that are never stored as entries. Sockets that show the channel get them.
import * as z from "zod";
import { callJoined, callLeft, callSignalled, callStateChanged, personalSignal } from "./call-signals";
import { channelId, position, seq, userId } from "./ids";

/** A user's read mark rose. */
const readMarked = z.object({ type: z.literal("read.marked"), channel: channelId, user: userId, seq: position });

/** Delivered marks that rose, by user. Sent about once a second at most. */
const deliveredMarked = z.object({
  type: z.literal("delivered.marked"),
  channel: channelId,
  marks: z.record(userId, position),
});

/**
 * A user is typing, in a thread or outside of threads. Clients show it for `typingShownMs`, or
 * until the user's message arrives.
 */
const typingStarted = z.object({
  type: z.literal("typing.started"),
  channel: channelId,
  user: userId,
  thread: seq.nullable(),
});

/** A user opened the channel on a first device, or closed it on the last one. */
const hereChanged = z.object({ type: z.literal("here.changed"), channel: channelId, user: userId, here: z.boolean() });

/** Like `here.changed`, for the people of about half a second. */
const hereBatch = z.object({
  type: z.literal("here.batch"),
  channel: channelId,
  came: z.array(userId),
  gone: z.array(userId),
});

export const signal = z.discriminatedUnion("type", [
  callJoined,
  callLeft,
  callStateChanged,
  callSignalled,
  ...personalSignal.options,
  readMarked,
  deliveredMarked,
  typingStarted,
  hereChanged,
  hereBatch,
]);

export const signalFrame = z.object({ type: z.literal("signal"), signal });

export type Signal = z.infer<typeof signal>;
