// The consumer of the push queue. A job is a hint that a channel may have due notifications. The
// consumer claims them from the channel, asks the directory for the recipients, delivers, and
// reports the outcomes to the channel. Repeated, reordered and forged jobs do no harm, because only
// the channel decides what is due.
import { unwrap } from "../domain/error";
import type { ClaimedNotifications, DeliveryOutcome, PushDirectory } from "../domain/notification-ports";
import type { ChannelPort, ChannelsPort } from "../domain/ports";
import { type BroadcastJob, type PushJob, pushJob, type WindowJob } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { deliverBroadcast } from "./broadcast-delivery";
import { DeviceDeliveries } from "./device-delivery";
import { type CurrentClaim, deliverToMember, pauseAfter } from "./member-delivery";
import { withinRequestLimit } from "./request-limit";
import type { Senders } from "./sender";

/** What the jobs of one batch use. */
interface JobParts {
  directory: PushDirectory;
  channels: ChannelsPort;
  devices: DeviceDeliveries;
  /** Puts the job of the next page of a broadcast into the queue. */
  send(job: BroadcastJob): Promise<void>;
  now: () => number;
}

const CONCURRENT_JOBS = 3;
/** How long a claim counts as current: see `CurrentClaim`. */
const FRESH_MS = 1_500;
/**
 * The most attempts to deliver a test notification. The person is looking at the device and does
 * not wait for long. The directory stores the last answer of the push service.
 */
const TEST_ATTEMPTS = 4;

export async function consume(
  batch: MessageBatch,
  { senders, ...shared }: Omit<JobParts, "devices"> & { senders: Senders },
): Promise<void> {
  const parts = { ...shared, devices: new DeviceDeliveries(shared.directory, senders, shared.now) };
  const waiting = [...batch.messages];
  // Runs few jobs at a time, so that a claim is delivered as soon as it is made.
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await consumeOne(next, parts);
  };
  await Promise.all(Array.from({ length: CONCURRENT_JOBS }, worker));
}

/**
 * Acknowledges a window job even if devices failed: the channel decides when to retry. A test job
 * is retried here.
 */
async function consumeOne(message: Message, parts: JobParts): Promise<void> {
  const parsed = pushJob.safeParse(message.body);
  if (!parsed.success) {
    // Retrying an unreadable job is useless. The channel sends another job for what is still due.
    logError("push.unreadable", parsed.error);
    message.ack();
    return;
  }
  const { attempts } = message;
  try {
    const retryMs = await runJob(parsed.data, parts, attempts);
    if (retryMs === null) message.ack();
    else message.retry({ delaySeconds: Math.ceil(retryMs / 1000) });
  } catch (error) {
    logError("push.failed", error, { job: parsed.data.id, attempts });
    message.retry({ delaySeconds: Math.ceil(pauseAfter(attempts) / 1000) });
  }
}

/** Returns the milliseconds until the job must be retried; null if it is done. */
async function runJob(job: PushJob, parts: JobParts, attempts: number): Promise<number | null> {
  if (job.kind === "test") return attempts > TEST_ATTEMPTS ? null : testDevice(job, parts, attempts);
  if (job.kind === "broadcast") return deliverBroadcast(job, parts, attempts);
  await deliverWindow(job, parts);
  return null;
}

async function testDevice(
  job: Extract<PushJob, { kind: "test" }>,
  { directory, devices, now }: Pick<JobParts, "directory" | "devices" | "now">,
  attempts: number,
): Promise<number | null> {
  const subscription = await directory.find(job.user, job.subscription);
  if (!subscription) return null;
  const note = { type: "test", key: job.id, at: now() } as const;
  const delivery = { topic: "test", urgency: "high", ttlMs: 60_000 } as const;
  const pauseMs = pauseAfter(attempts);
  return devices.deliver(subscription, note, delivery, { pauseMs, freshUntil: Number.POSITIVE_INFINITY });
}

async function deliverWindow(job: WindowJob, parts: JobParts): Promise<void> {
  const channel = parts.channels.getByName(job.channel);
  const claimed = await claimFrom(channel, job);
  if (!claimed || claimed.notifications.length === 0) return;
  const { epoch, claim, notifications } = claimed;
  const results = await deliverClaimed(job, claimed, parts).catch((reason): PromiseRejectedResult[] => [
    { status: "rejected", reason },
  ]);
  const outcomes = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  for (const failure of failures) logError("push.failed", failure, { job: job.id });
  // Returns the claimed notifications that have no outcome. The channel decides when they can be
  // claimed again.
  const withOutcome = new Set(outcomes.map(({ notification }) => notification));
  const returned = notifications.filter((notification) => !withOutcome.has(notification)).map(({ user }) => user);
  const isFailing = failures.length > 0;
  unwrap(await retry(() => channel.reportDeliveries({ epoch, claim, outcomes, returned, isFailing })));
}

async function deliverClaimed(
  job: WindowJob,
  claimed: ClaimedNotifications,
  parts: Omit<JobParts, "channels">,
): Promise<PromiseSettledResult<DeliveryOutcome>[]> {
  const current: CurrentClaim = { ...claimed, freshUntil: parts.now() + FRESH_MS };
  const { notifications, audience } = await withinRequestLimit(job.channel, claimed, parts);
  return Promise.allSettled(
    notifications.map((notification) => deliverToMember(parts, job, current, notification, audience)),
  );
}

/** Claims the channel's due notifications. Returns null if the channel does not exist. */
async function claimFrom(channel: ChannelPort, job: WindowJob): Promise<ClaimedNotifications | null> {
  const answer = await retry(() => channel.claimNotifications(job));
  return !answer.ok && answer.code === "not_found" ? null : unwrap(answer);
}

/**
 * Stores the jobs of the dead-letter queue, so that the operator sees them. The channel of a window
 * job sends another job for what is still due.
 */
export async function consumeDeadLetters(
  batch: MessageBatch,
  { directory, now }: Pick<JobParts, "directory" | "now">,
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const job = pushJob.safeParse(message.body).data ?? null;
      const channel = job && job.kind !== "test" ? job.channel : null;
      const { attempts } = message;
      try {
        await directory.storeDeadLetter({
          id: job?.id ?? message.id,
          at: now(),
          channel,
          attempts,
          detail: "the job failed",
        });
        message.ack();
      } catch (error) {
        logError("push.dead-letter-failed", error, { attempts });
        message.retry({ delaySeconds: Math.ceil(pauseAfter(attempts) / 1000) });
      }
    }),
  );
}
