// Delivers a message of a large channel that mentions everyone or a role: to a page of members, and
// then another job for the next page. Nothing is reported: a device recognises a repeat by its key.
import { unwrap } from "../domain/error";
import type { ClaimedNotifications } from "../domain/notification-ports";
import type { ChannelsPort } from "../domain/ports";
import type { BroadcastJob } from "../protocol";
import { logWarning } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { type CurrentClaim, type DeliveryParts, deliverToMember, pauseAfter } from "./member-delivery";
import { withinRequestLimit } from "./request-limit";

/** How often a page is attempted. Devices that still fail do not get this notification. */
const ATTEMPTS = 3;

interface BroadcastParts extends DeliveryParts {
  channels: ChannelsPort;
  /** Puts the job of the next page into the queue. */
  send(job: BroadcastJob): Promise<void>;
}

/** Returns the milliseconds until the job must be retried; null if it is done. */
export async function deliverBroadcast(
  job: BroadcastJob,
  parts: BroadcastParts,
  attempts: number,
): Promise<number | null> {
  const { users, last } = await parts.directory.audiencePage(job.channel, job.roles, job.after);
  const answer = await retry(() => parts.channels.getByName(job.channel).claimNotifications(job, users));
  if (!answer.ok && answer.code === "not_found") return null;
  const claimed: ClaimedNotifications = unwrap(answer);
  // The message was deleted, or the log was restored.
  if (claimed.epoch !== job.epoch || !claimed.messages[job.seq]) return null;
  const { notifications, audience } = await withinRequestLimit(job.channel, claimed, parts);
  const current: CurrentClaim = { ...claimed, freshUntil: Number.POSITIVE_INFINITY };
  const results = await Promise.allSettled(
    notifications.map((notification) => deliverToMember(parts, job, current, notification, audience)),
  );
  const failed = results.filter(
    (result) => result.status === "rejected" || Object.keys(result.value.failed).length > 0,
  ).length;
  if (failed > 0 && attempts < ATTEMPTS) return pauseAfter(attempts);
  if (failed > 0) logWarning("push.broadcast-incomplete", { job: job.id, members: failed });
  const isCut = notifications.length < claimed.notifications.length;
  const after = isCut ? (notifications.at(-1)?.user ?? last) : last;
  if (after !== null) await parts.send({ ...job, after });
  return null;
}
