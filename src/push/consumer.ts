// THE QUEUE'S END. A job is a hint that a channel may owe notifications: the channel is asked what it owes, the directory whom it goes to, and the
// channel is told what came of it. Repeated, reordered and forged jobs do no harm, because what is owed is the channel's to say.
import { unwrap } from "../domain/error";
import type { ClaimedNotifications, DeliveryOutcome, DueNotification } from "../domain/notification-ports";
import type { ChannelPort } from "../domain/ports";
import { type PushJob, pushJob, type WindowJob } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { type DeviceHost, tellDevice } from "./device-delivery";
import { type KnownAudience, pauseAfter, tell } from "./member-delivery";
import { Slots } from "./request-limiter";

export interface ConsumerHost extends Omit<DeviceHost, "slots" | "rests" | "freshUntil"> {
  channelObject(channel: string): ChannelPort;
}

type Host = ConsumerHost & Pick<DeviceHost, "slots" | "rests">;

const JOBS_AT_ONCE = 3;
/** How long what a channel said it owes is taken for true. */
const FRESH_MS = 1_500;
/** Calls that one job may make before the channel hears of them, and what a crash may have made twice; what is left is another job's. */
const CALLS = 90;
/** Somebody who tries out a device looks at it: nothing an hour later. What its service said stands at the device. */
const TRIES = 4;

export async function consume(batch: MessageBatch, host: ConsumerHost): Promise<void> {
  const shared = { slots: new Slots(), rests: new Map<string, number>() };
  const waiting = [...batch.messages];
  // Few at a time: what a channel owes is asked when it can be paid.
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await consumeOne(next, { ...host, ...shared });
  };
  await Promise.all(Array.from({ length: JOBS_AT_ONCE }, worker));
}

/** Acknowledged is what was dealt with, failed devices too: when they are tried again is the channel's to say. */
async function consumeOne(message: Message, host: Host): Promise<void> {
  const parsed = pushJob.safeParse(message.body);
  if (!parsed.success) {
    // Nothing will ever make it readable; whatever it was about, its channel sends another.
    logError("push.unreadable", parsed.error);
    message.ack();
    return;
  }
  const { attempts } = message;
  try {
    const againMs = await work(parsed.data, host, attempts);
    if (againMs === null) message.ack();
    else message.retry({ delaySeconds: Math.ceil(againMs / 1000) });
  } catch (error) {
    logError("push.failed", error, { job: parsed.data.id, attempts });
    message.retry({ delaySeconds: Math.ceil(pauseAfter(attempts) / 1000) });
  }
}

/** Does a job. Answers in how many milliseconds it has to be done again; null where it is done. */
async function work(job: PushJob, host: Host, attempts: number): Promise<number | null> {
  if (job.kind === "test") return attempts > TRIES ? null : tryDevice(job, host, attempts);
  await workWindow(job, host);
  return null;
}

async function tryDevice(
  job: Extract<PushJob, { kind: "test" }>,
  host: Host,
  attempts: number,
): Promise<number | null> {
  const subscription = await host.directory.find(job.user, job.subscription);
  if (!subscription) return null;
  const note = { type: "test", key: job.id, at: host.now() } as const;
  const delivery = { topic: "test", urgency: "high", keptMs: 60_000 } as const;
  const patient = { ...host, freshUntil: Number.POSITIVE_INFINITY };
  return tellDevice(patient, subscription, note, delivery, pauseAfter(attempts));
}

async function workWindow(job: WindowJob, host: Host): Promise<void> {
  const channel = host.channelObject(job.channel);
  const claimed = await claimFrom(channel, job);
  if (!claimed || claimed.notifications.length === 0) return;
  const { epoch, claim, notifications } = claimed;
  const paying = await pay(job, claimed, host).catch((reason): PromiseRejectedResult[] => [
    { status: "rejected", reason },
  ]);
  const outcomes = paying.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failures = paying.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  for (const failure of failures) logError("push.failed", failure, { job: job.id });
  // Claimed and not paid: when somebody else may is the channel's to say.
  const paid = new Set(outcomes.map(({ notification }) => notification));
  const returned = notifications.filter((notification) => !paid.has(notification)).map(({ user }) => user);
  const isFailing = failures.length > 0;
  unwrap(await retry(() => channel.reportDeliveries({ epoch, claim, outcomes, returned, isFailing })));
}

async function pay(
  job: WindowJob,
  claimed: ClaimedNotifications,
  host: Host,
): Promise<PromiseSettledResult<DeliveryOutcome>[]> {
  const freshUntil = host.now() + FRESH_MS;
  const audience = await audienceOf(job, claimed, host);
  const notifications = affordable(claimed.notifications, audience);
  return Promise.allSettled(
    notifications.map((notification) => tell({ ...host, freshUntil }, job, claimed, notification, audience)),
  );
}

/** The first of them, as many as one job may call for; one at least. */
function affordable(notifications: readonly DueNotification[], audience: KnownAudience): DueNotification[] {
  let calls = 0;
  const tooFar = notifications.findIndex((notification, at) => {
    calls += devicesOf(notification, audience);
    return at > 0 && calls > CALLS;
  });
  return tooFar < 0 ? [...notifications] : notifications.slice(0, tooFar);
}

async function audienceOf(
  job: WindowJob,
  claimed: ClaimedNotifications,
  { directory, now }: Host,
): Promise<KnownAudience> {
  const users = claimed.notifications.map(({ user }) => user);
  const authors = [...new Set(Object.values(claimed.messages).map(({ author }) => author))];
  const { recipients, names } = await directory.resolve(job.channel, users, authors, now());
  return { recipients: new Map(recipients.map((recipient) => [recipient.user, recipient])), names };
}

const devicesOf = ({ user, only }: DueNotification, { recipients }: KnownAudience): number =>
  only?.length ?? recipients.get(user)?.subscriptions.length ?? 0;

/** Null where there is no such channel. */
async function claimFrom(channel: ChannelPort, job: WindowJob): Promise<ClaimedNotifications | null> {
  const answer = await retry(() => channel.claimNotifications(job));
  return !answer.ok && answer.code === "not_found" ? null : unwrap(answer);
}

/** Jobs whose channel could not be reached, again and again: an operator can see them. What is owed their channels send another job for. */
export async function bury(batch: MessageBatch, { directory, now }: ConsumerHost): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const job = pushJob.safeParse(message.body).data ?? null;
      const channel = job?.kind === "window" ? job.channel : null;
      const { attempts } = message;
      try {
        await directory.bury({ id: job?.id ?? message.id, at: now(), channel, attempts, detail: "the job failed" });
        message.ack();
      } catch (error) {
        logError("push.bury", error, { attempts });
        message.retry({ delaySeconds: Math.ceil(pauseAfter(attempts) / 1000) });
      }
    }),
  );
}
