// What is worth saying but never stored as an entry.
import * as z from "zod";
import { channelId, position, seq, userId } from "./ids";

/** Somebody read up to here; sent to those who have the channel open. */
const readMarked = z.object({ type: z.literal("read.marked"), channel: channelId, user: userId, seq: position });

/** Devices of these people hold everything up to here; sent to those who have the channel open, about once a second at most. */
const deliveredMarked = z.object({
  type: z.literal("delivered.marked"),
  channel: channelId,
  marks: z.record(userId, position),
});

/** Somebody is writing, on the channel or in a thread: shown for `typingShownMs`, or until their message comes. */
const typingStarted = z.object({
  type: z.literal("typing.started"),
  channel: channelId,
  user: userId,
  thread: seq.nullable(),
});

/** Somebody opened the channel on their first device, or closed it on their last. */
const hereChanged = z.object({ type: z.literal("here.changed"), channel: channelId, user: userId, here: z.boolean() });

export const signal = z.discriminatedUnion("type", [readMarked, deliveredMarked, typingStarted, hereChanged]);

export const signalFrame = z.object({ type: z.literal("signal"), signal });

export type Signal = z.infer<typeof signal>;
