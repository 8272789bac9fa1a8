// Delivers one due notification to one member. Skips it if the person does not want it, otherwise
// sends it to each of their devices. Reports the devices that failed.

import type {
  ClaimedNotifications,
  DeliveryOutcome,
  DeviceSubscription,
  DueNotification,
  PushDirectory,
  Recipient,
} from "../domain/notification-ports";
import { silenceReason } from "../domain/notification-preferences";
import type { WindowJob } from "../protocol";
import { logError } from "../runtime/logger";
import { exponentialBackoff } from "../runtime/retry";
import type { DeviceDeliveries } from "./device-delivery";
import { deliveryFor, type KnownAuthors, noteFor } from "./push-note";

/** The recipients of a job, and the authors of its messages. */
export interface KnownAudience {
  /** By user, without former members. */
  recipients: ReadonlyMap<string, Recipient>;
  authors: KnownAuthors;
}

/** What a delivery uses. */
export interface DeliveryParts {
  directory: PushDirectory;
  devices: DeviceDeliveries;
  now: () => number;
}

/** A claim of this consumer. */
export interface CurrentClaim extends ClaimedNotifications {
  /** The end of the time in which the claim counts as current. Epoch milliseconds. */
  freshUntil: number;
}

const PAUSE_MS = 2_000;
/**
 * Short enough to deliver everything within a minute once a service is back, even if it refuses
 * three requests in a row.
 */
const PAUSE_MAX_MS = 10_000;
/** The time after which failing devices are no longer retried for a notification. */
const GIVE_UP_MS = 3_600_000;

/** Returns the pause after a number of attempts. Milliseconds. */
export const pauseAfter = (attempts: number): number => exponentialBackoff(attempts, PAUSE_MS, PAUSE_MAX_MS);

export async function deliverToMember(
  { directory, devices, now }: DeliveryParts,
  job: Pick<WindowJob, "channel">,
  claimed: CurrentClaim,
  notification: DueNotification,
  { recipients, authors }: KnownAudience,
): Promise<DeliveryOutcome> {
  const recipient = recipients.get(notification.user);
  if (!recipient) return { notification, result: "silenced", failed: {} };
  if (recipient.subscriptions.length === 0) return { notification, result: "no_device", failed: {} };
  if (isOfBlocked(recipient, claimed, notification)) return { notification, result: "blocked", failed: {} };
  const due = takesBack(recipient, notification) ? withdrawalOf(notification) : notification;
  const note = isSilenced(recipient, due, now()) ? null : noteFor(job, claimed, due, recipient, authors);
  if (!note) return { notification, result: "silenced", failed: {} };
  const failed: Record<string, number> = {};
  const delivery = deliveryFor(job, claimed, due);
  const pauseMs = pauseAfter(notification.tries + 1);
  const { freshUntil } = claimed;
  await Promise.all(
    devicesFor(recipient, due).map(async (subscription) => {
      // One device that cannot be served must not fail the others, which may have been notified.
      const retryMs = await devices
        .deliver(subscription, note, delivery, { pauseMs, freshUntil })
        .catch((error: unknown) => {
          logError("push.device-failed", error, { subscription: subscription.id });
          return pauseMs;
        });
      if (retryMs !== null) failed[subscription.id] = retryMs;
    }),
  );
  return { notification, result: "delivered", failed: await dropExpired(directory, now(), job, notification, failed) };
}

function devicesFor({ subscriptions }: Recipient, { action, only, except }: DueNotification): DeviceSubscription[] {
  return subscriptions.filter((subscription) => {
    const { id } = subscription;
    if (action === "clear" && !acceptsClear(subscription)) return false;
    return only === null ? !except.includes(id) : only.includes(id);
  });
}

/**
 * Returns whether the device may get a `clear`. Apple ends every subscription of a page after three
 * messages that show nothing. On Apple devices the page removes its notifications when it is
 * opened.
 */
const acceptsClear = (subscription: DeviceSubscription): boolean =>
  subscription.kind !== "web" || !/^https:\/\/[^/]*\.push\.apple\.com\//i.test(subscription.endpoint);

/**
 * Returns whether an update takes a notification back: it was shown only because of its mention,
 * and the mention is gone.
 */
const takesBack = ({ level }: Recipient, { isUpdate, mention }: DueNotification): boolean =>
  isUpdate && !mention && level !== "all";

const withdrawalOf = (notification: DueNotification): DueNotification => ({
  ...notification,
  action: "clear",
  message: null,
});

/** Whether a new notification would show a message of a person whom the recipient blocks. */
function isOfBlocked(
  { blocked }: Recipient,
  { messages }: CurrentClaim,
  { action, message, isUpdate, only }: DueNotification,
): boolean {
  const isNew = action === "show" && !isUpdate && only === null;
  return isNew && message !== null && blocked.includes(messages[message]?.author ?? "");
}

function isSilenced(
  { level, mutedUntil, quiet, presence }: Recipient,
  notification: DueNotification,
  now: number,
): boolean {
  // The text that is shown must go, whatever the recipient wants of new messages.
  if (notification.action === "clear" || notification.isUpdate) return false;
  const preferences = { level, mutedUntil, quiet, isDoNotDisturb: presence === "dnd" };
  return silenceReason(preferences, notification.mention, now) !== null;
}

/**
 * After an hour of failures, gives up on this notification for the devices that still fail, and
 * stores a dead letter. Returns the devices to retry.
 */
async function dropExpired(
  directory: PushDirectory,
  at: number,
  { channel }: Pick<WindowJob, "channel">,
  { user, seq, tries, failingSince }: DueNotification,
  failed: Record<string, number>,
): Promise<Record<string, number>> {
  const count = Object.keys(failed).length;
  if (count === 0 || tries === 0 || at - failingSince < GIVE_UP_MS) return failed;
  const detail = `${count} devices of ${user} could not be notified`;
  await directory.storeDeadLetter({ id: `${channel}:${seq}:${user}`, at, channel, attempts: tries + 1, detail });
  return {};
}
