// Paying one debt: who does not want it is passed over, every device of whoever does is told, and what could not be done is said.
import { silenceReason } from "../domain/notification";
import type {
  ClaimedNotifications,
  DeliveryOutcome,
  DeviceSubscription,
  DueNotification,
  Recipient,
} from "../domain/notification-ports";
import type { WindowJob } from "../protocol";
import { doubling } from "../runtime/backoff";
import { type DeviceHost, tellDevice } from "./device-delivery";
import { deliveryOf, noteOf } from "./push-note";

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
  claimed: ClaimedNotifications,
  notification: DueNotification,
  { recipients, names }: KnownAudience,
): Promise<DeliveryOutcome> {
  const recipient = recipients.get(notification.user);
  if (!recipient) return { notification, result: "silenced", failed: {} };
  if (recipient.subscriptions.length === 0) return { notification, result: "no_device", failed: {} };
  const note = isSilenced(recipient, notification, host.now())
    ? null
    : noteOf(job, claimed, notification, recipient, names);
  if (!note) return { notification, result: "silenced", failed: {} };
  const failed: Record<string, number> = {};
  const delivery = deliveryOf(job, claimed, notification);
  const pauseMs = pauseAfter(notification.tries + 1);
  await Promise.all(
    targetsOf(recipient, notification).map(async (subscription) => {
      const againMs = await tellDevice(host, subscription, note, delivery, pauseMs);
      if (againMs !== null) failed[subscription.id] = againMs;
    }),
  );
  return { notification, result: "delivered", failed: await withoutGivenUp(host, job, notification, failed) };
}

function targetsOf(
  { subscriptions }: Recipient,
  { action: asked, only, except }: DueNotification,
): DeviceSubscription[] {
  return subscriptions.filter((subscription) => {
    const { id } = subscription;
    if (asked === "clear" && !mayBeCleared(subscription)) return false;
    return only === null ? !except.includes(id) : only.includes(id);
  });
}

/** Apple takes three messages that show nothing, and then every subscription of the page. There the page takes its notifications down when it is opened. */
const mayBeCleared = (subscription: DeviceSubscription): boolean =>
  subscription.kind !== "web" || !/^https:\/\/[^/]*\.push\.apple\.com\//i.test(subscription.endpoint);

function isSilenced(
  { level, mutedUntil, quiet, presence }: Recipient,
  notification: DueNotification,
  now: number,
): boolean {
  if (notification.action === "clear") return false;
  const wishes = { level, mutedUntil, quiet, isDoNotDisturb: presence === "dnd" };
  return silenceReason(wishes, notification.mention, now) !== null;
}

/** After an hour of failing, what is still missing is given up, and an operator can see it. */
async function withoutGivenUp(
  { directory, now }: DeviceHost,
  { channel }: WindowJob,
  { user, seq, tries, failingSince }: DueNotification,
  failed: Record<string, number>,
): Promise<Record<string, number>> {
  const at = now();
  const count = Object.keys(failed).length;
  if (count === 0 || tries === 0 || at - failingSince < GIVE_UP_MS) return failed;
  const detail = `${count} devices of ${user} could not be told`;
  await directory.bury({ id: `${channel}:${seq}:${user}`, at, channel, attempts: tries + 1, detail });
  return {};
}
