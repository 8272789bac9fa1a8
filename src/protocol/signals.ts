// What is worth saying but never stored as an entry.
import * as z from "zod";
import { channelId, position, userId } from "./ids";

/** Somebody read up to here; sent to those who have the channel open. */
const readMarked = z.object({ type: z.literal("read.marked"), channel: channelId, user: userId, seq: position });

/** Devices of these people hold everything up to here; sent to those who have the channel open, about once a second at most. */
const deliveredMarked = z.object({
  type: z.literal("delivered.marked"),
  channel: channelId,
  marks: z.record(userId, position),
});

export const signal = z.discriminatedUnion("type", [readMarked, deliveredMarked]);

export const signalFrame = z.object({ type: z.literal("signal"), signal });

export type Signal = z.infer<typeof signal>;
