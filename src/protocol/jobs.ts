// What travels through a queue: ids only, a body never does (a message may be larger than a queue message).
import * as z from "zod";
import { channelId, epoch, seq, userId } from "./ids";

/** One window of a channel whose members may have to be told. The same window is the same job, however often it is sent. */
const windowJob = z.object({
  kind: z.literal("window"),
  id: z.string(),
  channel: channelId,
  epoch,
  from: seq,
  to: seq,
});
/** Somebody wants to see whether a device of theirs is reached. */
const testJob = z.object({ kind: z.literal("test"), id: z.string(), user: userId, subscription: z.string() });

export const pushJob = z.discriminatedUnion("kind", [windowJob, testJob]);

export type PushJob = z.infer<typeof pushJob>;
export type WindowJob = z.infer<typeof windowJob>;
