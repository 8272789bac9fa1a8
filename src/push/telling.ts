// Paying one debt: who does not want it is passed over, every device of whoever does is told, and what could not be done is said.
import { silenceFor } from "../domain/notification";
import type { Debt, Outcome, Owed, Recipient, Subscription } from "../domain/notification-ports";
import type { WindowJob } from "../protocol";
import { doubling } from "../runtime/backoff";
import { type DeviceHost, tellDevice } from "./device";
import { deliveryOf, noteOf } from "./notes";

/** Whom a job is about, by user. */
export interface KnownAudience {
  recipients: ReadonlyMap<string, Recipient>;
  names: Record<string, string>;
}

const PAUSE_MS = 2_000;
/** So that a service which is back, and refuses one in five still, has told everybody within a minute: after three refusals in a row too. */
const PAUSE_MAX_MS = 10_000;
/** What could not be told for so long is news no more. */
const GIVE_UP_MS = 3_600_000;

/** How long to wait after so many attempts. Milliseconds. */
export const pauseAfter = (attempts: number): number => doubling(attempts, PAUSE_MS, PAUSE_MAX_MS);

/** Pays a debt; of somebody who is no longer a member there is none. */
export async function tell(
  host: DeviceHost,
  job: WindowJob,
  owed: Owed,
  debt: Debt,
  { recipients, names }: KnownAudience,
): Promise<Outcome> {
  const recipient = recipients.get(debt.user);
  if (!recipient) return { debt, result: "silent", missing: {} };
  if (recipient.subscriptions.length === 0) return { debt, result: "nobody", missing: {} };
  const note = isSilent(recipient, debt, host.now()) ? null : noteOf(job, owed, debt, recipient, names);
  if (!note) return { debt, result: "silent", missing: {} };
  const missing: Record<string, number> = {};
  const delivery = deliveryOf(job, owed, debt);
  const pauseMs = pauseAfter(debt.tries + 1);
  await Promise.all(
    targetsOf(recipient, debt).map(async (subscription) => {
      const againMs = await tellDevice(host, subscription, note, delivery, pauseMs);
      if (againMs !== null) missing[subscription.id] = againMs;
    }),
  );
  return { debt, result: "told", missing: await lettingGo(host, job, debt, missing) };
}

function targetsOf({ subscriptions }: Recipient, { do: asked, only, except }: Debt): Subscription[] {
  return subscriptions.filter((subscription) => {
    const { id } = subscription;
    if (asked === "clear" && !mayBeCleared(subscription)) return false;
    return only === null ? !except.includes(id) : only.includes(id);
  });
}

/** Apple takes three messages that show nothing, and then every subscription of the page. There the page takes its notifications down when it is opened. */
const mayBeCleared = (subscription: Subscription): boolean =>
  subscription.kind !== "web" || !/^https:\/\/[^/]*\.push\.apple\.com\//i.test(subscription.endpoint);

function isSilent({ level, mutedUntil, quiet, presence }: Recipient, debt: Debt, now: number): boolean {
  if (debt.do === "clear") return false;
  const wishes = { level, mutedUntil, quiet, isUndisturbed: presence === "dnd" };
  return silenceFor(wishes, debt.mention, now) !== null;
}

/** After an hour of failing, what is still missing is given up, and an operator can see it. */
async function lettingGo(
  { directory, now }: DeviceHost,
  { channel }: WindowJob,
  { user, seq, tries, failingSince }: Debt,
  missing: Record<string, number>,
): Promise<Record<string, number>> {
  const at = now();
  const count = Object.keys(missing).length;
  if (count === 0 || tries === 0 || at - failingSince < GIVE_UP_MS) return missing;
  const detail = `${count} devices of ${user} could not be told`;
  await directory.bury({ id: `${channel}:${seq}:${user}`, at, channel, attempts: tries + 1, detail });
  return {};
}
