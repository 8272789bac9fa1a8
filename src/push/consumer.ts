// THE QUEUE'S END. A job is a hint that a channel may owe notifications: the channel is asked what it owes, the directory whom it goes to, and the
// channel is told what came of it. Repeated, reordered and forged jobs do no harm, because what is owed is the channel's to say.
import { unwrap } from "../domain/error";
import type { ChannelPort } from "../domain/ports";
import type { Debt, Outcome, Owed } from "../domain/push";
import { type PushJob, pushJob, type WindowJob } from "../protocol";
import { logFault } from "../runtime/log";
import { retry } from "../runtime/retry";
import { type KnownAudience, passedOver, type Senders, type TellingHost, tell, tellDevice } from "./telling";

export interface ConsumerHost extends Omit<TellingHost, "pauseMs"> {
  senders: Senders;
  channelObject(channel: string): ChannelPort;
}

/** Debts that are paid before the channel hears of it: what a crash may have paid twice. */
const AT_ONCE = 25;
/** Calls that one job may make; what is left is asked for again. */
const CALLS = 90;
/** Somebody who tries out a device looks at it: nothing an hour later. What its service said stands at the device. */
const TRIES = 4;
const PAUSE_MS = 2_000;
/** Soon enough that a service which is back has told everybody within a minute. */
const PAUSE_MAX_MS = 40_000;

/** How long to wait after so many attempts. Milliseconds. */
const pauseAfter = (attempts: number): number => Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** Math.min(attempts - 1, 10));

export async function consume(batch: MessageBatch, host: ConsumerHost): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeOne(message, host)));
}

async function consumeOne(message: Message, host: ConsumerHost): Promise<void> {
  const parsed = pushJob.safeParse(message.body);
  if (!parsed.success) {
    // Nothing will ever make it readable; whatever it was about, its channel sends another.
    logFault("push.unreadable", parsed.error);
    message.ack();
    return;
  }
  const pauseMs = pauseAfter(message.attempts);
  try {
    const againMs = await work(parsed.data, { ...host, pauseMs }, message.attempts);
    if (againMs === null) message.ack();
    else message.retry({ delaySeconds: Math.ceil(againMs / 1000) });
  } catch (error) {
    logFault("push.failed", error, { job: parsed.data.id, attempts: message.attempts });
    message.retry({ delaySeconds: Math.ceil(pauseMs / 1000) });
  }
}

/** Does a job. Answers in how many milliseconds there is more to do; null where it is done. */
function work(job: PushJob, host: ConsumerHost & TellingHost, attempts: number): Promise<number | null> {
  if (job.kind === "window") return workWindow(job, host);
  return attempts > TRIES ? Promise.resolve(null) : tryDevice(job, host);
}

async function tryDevice(
  job: Extract<PushJob, { kind: "test" }>,
  host: ConsumerHost & TellingHost,
): Promise<number | null> {
  const { directory, now } = host;
  const subscription = await directory.find(job.user, job.subscription);
  if (!subscription) return null;
  const note = { type: "test", key: job.id, at: now() } as const;
  return tellDevice(host, subscription, note, { topic: "test", urgency: "high", keptMs: 60_000 });
}

async function workWindow(job: WindowJob, host: ConsumerHost & TellingHost): Promise<number | null> {
  const channel = host.channelObject(job.channel);
  const owed = await owedBy(channel, job);
  if (!owed || owed.debts.length === 0) return owed?.againMs ?? null;
  const waits = owed.againMs === null ? [] : [owed.againMs];
  const left = [...owed.debts];
  const settle = async (outcomes: Outcome[], returned: string[]) => {
    unwrap(await retry(() => channel.settle({ claim: owed.claim, outcomes, returned })));
    for (const { missing, againMs } of outcomes) if (missing.length > 0) waits.push(againMs);
  };
  try {
    const audience = await audienceOf(job, owed, host);
    let calls = 0;
    while (left.length > 0 && calls < CALLS) {
      const part = left.slice(0, AT_ONCE);
      calls += part.reduce((sum, debt) => sum + devicesOf(debt, audience), 0);
      const outcomes = await Promise.all(part.map((debt) => tell(host, job, owed, debt, audience)));
      await settle(outcomes, []);
      left.splice(0, part.length);
    }
  } finally {
    // Claimed and not paid: somebody else may.
    if (left.length > 0)
      await settle(
        [],
        left.map(({ user }) => user),
      );
  }
  if (left.length > 0) waits.push(0);
  return waits.length > 0 ? Math.min(...waits) : null;
}

async function audienceOf(job: WindowJob, owed: Owed, { directory }: ConsumerHost): Promise<KnownAudience> {
  const users = owed.debts.map(({ user }) => user);
  const authors = [...new Set(Object.values(owed.messages).map(({ author }) => author))];
  const { recipients, names } = await directory.resolve(job.channel, users, authors);
  return { recipients: new Map(recipients.map((recipient) => [recipient.user, recipient])), names };
}

const devicesOf = ({ user, only }: Debt, { recipients }: KnownAudience): number =>
  only?.length ?? recipients.get(user)?.subscriptions.length ?? 0;

/** Null where there is no such channel. */
async function owedBy(channel: ChannelPort, job: WindowJob): Promise<Owed | null> {
  const answer = await retry(() => channel.owed(job));
  return !answer.ok && answer.code === "not_found" ? null : unwrap(answer);
}

/** Jobs that were tried for an hour: an operator can see them, and their channels let go of what they owed. */
export async function bury(batch: MessageBatch, host: ConsumerHost): Promise<void> {
  await Promise.all(batch.messages.map((message) => buryOne(message, host)));
}

async function buryOne(message: Message, { directory, channelObject, now }: ConsumerHost): Promise<void> {
  const parsed = pushJob.safeParse(message.body);
  try {
    const job = parsed.data ?? null;
    const channel = job?.kind === "window" ? job.channel : null;
    const id = job?.id ?? message.id;
    const detail = job ? await letGo(job, channelObject) : "unreadable";
    await directory.bury({ id, at: now(), channel, attempts: message.attempts, detail });
    message.ack();
  } catch (error) {
    logFault("push.bury", error, { attempts: message.attempts });
    message.retry({ delaySeconds: PAUSE_MAX_MS / 1000 });
  }
}

async function letGo(job: PushJob, channelObject: (channel: string) => ChannelPort): Promise<string> {
  if (job.kind === "test") return "the device could not be reached";
  const channel = channelObject(job.channel);
  const owed = await owedBy(channel, job);
  if (!owed || owed.debts.length === 0) return "nothing was owed any more";
  const outcomes = owed.debts.map(({ user, do: asked, seq }): Outcome => ({ user, do: asked, seq, ...passedOver }));
  unwrap(await retry(() => channel.settle({ claim: owed.claim, outcomes, returned: [] })));
  return `${owed.debts.length} members could not be told`;
}
