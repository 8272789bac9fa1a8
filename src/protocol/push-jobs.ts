// The jobs of the push queue. They carry ids only: a message can be larger than a queue message may
// be.
import * as z from "zod";
import { channelId, epoch, roleId, seq, userId } from "./ids";
import { limits } from "./limits";

/** The id of a job or of a subscription. */
const jobId = z.string().max(200);

/**
 * A window of a channel's log for which notifications may be due. Repeating a job changes nothing.
 */
const windowJob = z.object({
  kind: z.literal("window"),
  id: jobId,
  channel: channelId,
  epoch,
  from: seq,
  to: seq,
});
/**
 * A message of a large channel that mentions everyone, or roles. The job notifies a page of members
 * and sends itself again for the next page.
 */
const broadcastJob = z.object({
  kind: z.literal("broadcast"),
  id: jobId,
  channel: channelId,
  epoch,
  seq,
  /** Whose members are notified; null for everyone. */
  roles: z.array(roleId).max(limits.guildRoles).nullable(),
  /** The user after whom the page begins; empty for the first page. */
  after: z.union([userId, z.literal("")]),
});
/** A person tests whether a notification reaches their device. */
const testJob = z.object({ kind: z.literal("test"), id: jobId, user: userId, subscription: jobId });

export const pushJob = z.discriminatedUnion("kind", [windowJob, broadcastJob, testJob]);

export type PushJob = z.infer<typeof pushJob>;
export type WindowJob = z.infer<typeof windowJob>;
export type BroadcastJob = z.infer<typeof broadcastJob>;
