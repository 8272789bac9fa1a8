// Paying one debt: who does not want it is passed over, every device of whoever does is told, and what could not be done is said.
import { silenceFor } from "../domain/notify";
import type { Debt, Outcome, Owed, PushDirectory, Recipient, Subscription } from "../domain/push";
import type { PushNote, WindowJob } from "../protocol";
import { logFault } from "../runtime/log";
import { minuteIn } from "./local-time";
import { deliveryOf, noteOf } from "./notes";
import type { Delivery, Sender, Sent } from "./sender";

export interface Senders {
  web: Sender;
  fcm: Sender;
}

export interface TellingHost {
  directory: PushDirectory;
  senders: Senders;
  now(): number;
  /** How long to leave a service alone that did not say. Milliseconds. */
  pauseMs: number;
}

/** Code points of a notification whose service found the whole too large. */
const SHORT = 20;

/** Whom a job is about, by user. */
export interface KnownAudience {
  recipients: ReadonlyMap<string, Recipient>;
  names: Record<string, string>;
}

type Result = Pick<Outcome, "result" | "missing" | "againMs">;
/** Of somebody who is not told. */
export const passedOver: Result = { result: "silent", missing: [], againMs: 0 };

/** Pays a debt; of somebody who is no longer a member there is none. */
export async function tell(
  host: TellingHost,
  job: WindowJob,
  owed: Owed,
  debt: Debt,
  { recipients, names }: KnownAudience,
): Promise<Outcome> {
  const recipient = recipients.get(debt.user);
  const result = recipient ? await pay(host, job, owed, debt, recipient, names) : passedOver;
  return { user: debt.user, do: debt.do, seq: debt.seq, ...result };
}

async function pay(
  host: TellingHost,
  job: WindowJob,
  owed: Owed,
  debt: Debt,
  recipient: Recipient,
  names: Record<string, string>,
): Promise<Result> {
  const { subscriptions } = recipient;
  if (subscriptions.length === 0) return { ...passedOver, result: "nobody" };
  if (debt.do === "show" && isSilent(recipient, debt, host.now())) return passedOver;
  const note = noteOf(job, owed, debt, recipient, names);
  if (!note) return passedOver;
  const { only } = debt;
  const targets = only === null ? subscriptions : subscriptions.filter(({ id }) => only.includes(id));
  const delivery = deliveryOf(job, owed, debt);
  const waits = await Promise.all(targets.map((subscription) => tellDevice(host, subscription, note, delivery)));
  const missing = targets.filter((_, index) => waits[index] !== null).map(({ id }) => id);
  const againMs = Math.max(0, ...waits.filter((wait) => wait !== null));
  return { result: "told", missing, againMs };
}

function isSilent({ level, mutedUntil, quiet, presence }: Recipient, { mention }: Debt, now: number): boolean {
  const minute = quiet && minuteIn(quiet.zone, now);
  const wishes = { level, mutedUntil, quiet, minute, isUndisturbed: presence === "dnd" };
  return silenceFor(wishes, mention, now) !== null;
}

/** Tells one device. Answers in how many milliseconds it has to be tried again; null where that is not so. */
export async function tellDevice(
  host: TellingHost,
  subscription: Subscription,
  note: PushNote,
  delivery: Delivery,
): Promise<number | null> {
  const { directory, pauseMs } = host;
  const { id } = subscription;
  const sent = await sendFitting(host.senders[subscription.kind], subscription, note, delivery);
  switch (sent.result) {
    case "taken":
      await remark(directory, id, null);
      return null;
    case "gone":
      await directory.forget([id]);
      return null;
    case "too_large":
    case "refused":
      await remark(directory, id, sent.detail);
      return null;
    case "later":
      await remark(directory, id, sent.detail);
      return sent.afterMs ?? pauseMs;
  }
}

/** A service that finds it too large gets the beginning. */
async function sendFitting(
  sender: Sender,
  subscription: Subscription,
  note: PushNote,
  delivery: Delivery,
): Promise<Sent> {
  const sent = await sender.send(subscription, note, delivery);
  if (sent.result !== "too_large" || note.type !== "show") return sent;
  return sender.send(subscription, { ...note, text: [...note.text].slice(0, SHORT).join("") }, delivery);
}

/** What it says is for people to look at: that it could not be written must not have the device told twice. */
async function remark(directory: PushDirectory, id: string, detail: string | null): Promise<void> {
  try {
    await directory.remark(id, detail);
  } catch (error) {
    logFault("push.remark", error);
  }
}
