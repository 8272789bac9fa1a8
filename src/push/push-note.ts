// What a notification says.
import type {
  ClaimedNotifications,
  DueNotification,
  NotificationMessage,
  Recipient,
} from "../domain/notification-ports";
import { limits, type PushNote, type WindowJob } from "../protocol";
import type { PushDelivery } from "./sender";

const DAY_MS = 86_400_000;

/** Names a notification: the same one twice is known as the same. A log that was put back to an earlier state counts the same numbers again. */
const keyOf = (channel: string, life: number, seq: number): string =>
  life === 1 ? `${channel}:${seq}` : `${channel}:${seq}.${life}`;

/** What is said of a debt; null where the message is gone by now. */
export function noteOf(
  { channel }: WindowJob,
  claimed: ClaimedNotifications,
  notification: DueNotification,
  { user, previews }: Recipient,
  names: Record<string, string>,
): PushNote | null {
  const key = keyOf(channel, claimed.life, notification.seq);
  const { life } = claimed;
  if (notification.action === "clear") return { type: "clear", key, user, channel, life, seq: notification.seq };
  const message: NotificationMessage | undefined = claimed.messages[notification.message ?? 0];
  if (notification.message === null || !message) return null;
  const { author, text, at, thread } = message;
  const said = previews ? { author: { id: author, name: names[author] ?? "" }, text } : { author: null, text: "" };
  const { kind } = claimed;
  const { mention, unread } = notification;
  const name = previews ? claimed.name : "";
  return {
    type: "show",
    key,
    user,
    channel,
    life,
    kind,
    seq: notification.message,
    through: notification.seq,
    thread,
    name,
    ...said,
    mention,
    unread,
    at,
  };
}

/** Of a channel the last notification holds, also while a device is off. */
export function deliveryOf(
  { channel }: WindowJob,
  { kind }: ClaimedNotifications,
  notification: DueNotification,
): PushDelivery {
  const topic = channel.slice(2);
  if (notification.action === "clear") return { topic, urgency: "low", keptMs: DAY_MS };
  const isUrgent = kind === "direct" || notification.mention;
  return { topic, urgency: isUrgent ? "high" : "normal", keptMs: limits.pushKeptMs };
}
