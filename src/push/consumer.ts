// THE QUEUE'S END. A job is a hint that a channel may owe notifications: the channel is asked what it owes, the directory whom it goes to, and the
// channel is told what came of it. Repeated, reordered and forged jobs do no harm, because what is owed is the channel's to say.
import { unwrap } from "../domain/error";
import type { Debt, Outcome, Owed } from "../domain/notification-ports";
import type { ChannelPort } from "../domain/ports";
import { type PushJob, pushJob, type WindowJob } from "../protocol";
import { logFault } from "../runtime/logger";
import { retry } from "../runtime/retry";
import { type DeviceHost, tellDevice } from "./device";
import { Slots } from "./slots";
import { type KnownAudience, pauseAfter, tell } from "./telling";

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
    logFault("push.unreadable", parsed.error);
    message.ack();
    return;
  }
  const { attempts } = message;
  try {
    const againMs = await work(parsed.data, host, attempts);
    if (againMs === null) message.ack();
    else message.retry({ delaySeconds: Math.ceil(againMs / 1000) });
  } catch (error) {
    logFault("push.failed", error, { job: parsed.data.id, attempts });
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
  const owed = await owedBy(channel, job);
  if (!owed || owed.debts.length === 0) return;
  const { epoch, claim, debts } = owed;
  const paying = await pay(job, owed, host).catch((reason): PromiseRejectedResult[] => [
    { status: "rejected", reason },
  ]);
  const outcomes = paying.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failures = paying.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  for (const failure of failures) logFault("push.failed", failure, { job: job.id });
  // Claimed and not paid: when somebody else may is the channel's to say.
  const paid = new Set(outcomes.map(({ debt }) => debt));
  const returned = debts.filter((debt) => !paid.has(debt)).map(({ user }) => user);
  const isFailing = failures.length > 0;
  unwrap(await retry(() => channel.settle({ epoch, claim, outcomes, returned, isFailing })));
}

async function pay(job: WindowJob, owed: Owed, host: Host): Promise<PromiseSettledResult<Outcome>[]> {
  const freshUntil = host.now() + FRESH_MS;
  const audience = await audienceOf(job, owed, host);
  const debts = affordable(owed.debts, audience);
  return Promise.allSettled(debts.map((debt) => tell({ ...host, freshUntil }, job, owed, debt, audience)));
}

/** The first of them, as many as one job may call for; one at least. */
function affordable(debts: readonly Debt[], audience: KnownAudience): Debt[] {
  let calls = 0;
  const tooFar = debts.findIndex((debt, at) => {
    calls += devicesOf(debt, audience);
    return at > 0 && calls > CALLS;
  });
  return tooFar < 0 ? [...debts] : debts.slice(0, tooFar);
}

async function audienceOf(job: WindowJob, owed: Owed, { directory, now }: Host): Promise<KnownAudience> {
  const users = owed.debts.map(({ user }) => user);
  const authors = [...new Set(Object.values(owed.messages).map(({ author }) => author))];
  const { recipients, names } = await directory.resolve(job.channel, users, authors, now());
  return { recipients: new Map(recipients.map((recipient) => [recipient.user, recipient])), names };
}

const devicesOf = ({ user, only }: Debt, { recipients }: KnownAudience): number =>
  only?.length ?? recipients.get(user)?.subscriptions.length ?? 0;

/** Null where there is no such channel. */
async function owedBy(channel: ChannelPort, job: WindowJob): Promise<Owed | null> {
  const answer = await retry(() => channel.owed(job));
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
        logFault("push.bury", error, { attempts });
        message.retry({ delaySeconds: Math.ceil(pauseAfter(attempts) / 1000) });
      }
    }),
  );
}
