// The delivery of one due notification to one member: it is skipped where the person does not want
// it, sent to each of their devices, and reported with the devices that failed.

import type {
  ClaimedNotifications,
  DeliveryOutcome,
  DeviceSubscription,
  DueNotification,
  Recipient,
} from "../domain/notification-ports";
import { silenceReason } from "../domain/notification-preferences";
import type { WindowJob } from "../protocol";
import { exponentialBackoff } from "../runtime/retry";
import { type DeviceDeliveryHost, deliverToDevice } from "./device-delivery";
import { deliveryFor, noteFor } from "./push-note";

/** The people a job is about. */
export interface KnownAudience {
  /** By user; without those who are no longer members. */
  recipients: ReadonlyMap<string, Recipient>;
  /** Names of authors, by user. */
  names: Record<string, string>;
}

const PAUSE_MS = 2_000;
/**
 * Short enough that a service which is back, but still refuses one request in five, has accepted
 * everything within a minute, even after three refusals in a row.
 */
const PAUSE_MAX_MS = 10_000;
/** A notification that could not be delivered for this long is dropped. */
const GIVE_UP_MS = 3_600_000;

/** The pause after a number of attempts. Milliseconds. */
export const pauseAfter = (attempts: number): number => exponentialBackoff(attempts, PAUSE_MS, PAUSE_MAX_MS);

export async function deliverToMember(
  host: DeviceDeliveryHost,
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
    : noteFor(job, claimed, notification, recipient, names);
  if (!note) return { notification, result: "silenced", failed: {} };
  const failed: Record<string, number> = {};
  const delivery = deliveryFor(job, claimed, notification);
  const pauseMs = pauseAfter(notification.tries + 1);
  await Promise.all(
    devicesFor(recipient, notification).map(async (subscription) => {
      const retryMs = await deliverToDevice(host, subscription, note, delivery, pauseMs);
      if (retryMs !== null) failed[subscription.id] = retryMs;
    }),
  );
  return { notification, result: "delivered", failed: await dropExpired(host, job, notification, failed) };
}

function devicesFor({ subscriptions }: Recipient, { action, only, except }: DueNotification): DeviceSubscription[] {
  return subscriptions.filter((subscription) => {
    const { id } = subscription;
    if (action === "clear" && !acceptsClear(subscription)) return false;
    return only === null ? !except.includes(id) : only.includes(id);
  });
}

/**
 * Apple accepts three messages that show nothing and then ends every subscription of the page.
 * There the page removes its notifications when it is opened.
 */
const acceptsClear = (subscription: DeviceSubscription): boolean =>
  subscription.kind !== "web" || !/^https:\/\/[^/]*\.push\.apple\.com\//i.test(subscription.endpoint);

function isSilenced(
  { level, mutedUntil, quiet, presence }: Recipient,
  notification: DueNotification,
  now: number,
): boolean {
  if (notification.action === "clear") return false;
  const preferences = { level, mutedUntil, quiet, isDoNotDisturb: presence === "dnd" };
  return silenceReason(preferences, notification.mention, now) !== null;
}

/**
 * After an hour of failures the remaining devices are dropped, and the operator gets a dead letter.
 */
async function dropExpired(
  { directory, now }: DeviceDeliveryHost,
  { channel }: WindowJob,
  { user, seq, tries, failingSince }: DueNotification,
  failed: Record<string, number>,
): Promise<Record<string, number>> {
  const at = now();
  const count = Object.keys(failed).length;
  if (count === 0 || tries === 0 || at - failingSince < GIVE_UP_MS) return failed;
  const detail = `${count} devices of ${user} could not be notified`;
  await directory.storeDeadLetter({ id: `${channel}:${seq}:${user}`, at, channel, attempts: tries + 1, detail });
  return {};
}
