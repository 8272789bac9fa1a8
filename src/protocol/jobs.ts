// What travels through a queue: ids only, a body never does (a message may be larger than a queue message).
import * as z from "zod";
import { channelId, epoch, seq } from "./ids";

/** One window of a channel whose members may have to be told. The same window is the same job, however often it is sent. */
export const pushJob = z.object({ id: z.string(), channel: channelId, epoch, from: seq, to: seq });

export type PushJob = z.infer<typeof pushJob>;
