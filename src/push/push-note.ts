// Composes what a notification says, and how the push service delivers it.
import type {
  ClaimedNotifications,
  DueNotification,
  NotificationMessage,
  Recipient,
} from "../domain/notification-ports";
import { channelKinds, limits, type Profile, type PushNote, type WindowJob } from "../protocol";
import { alikePeople } from "../text/alike-names";
import type { PushDelivery } from "./sender";

const DAY_MS = 86_400_000;

/** How the authors of messages are named, by user. With a handle if another name looks the same. */
export type KnownAuthors = Record<string, { name: string; handle?: string }>;

/** Returns how people are named to the members of their channel. */
export function authorsAmong(people: readonly Pick<Profile, "id" | "name" | "handle">[]): KnownAuthors {
  const alike = alikePeople(people);
  return Object.fromEntries(
    people.map(({ id, name, handle }) => [id, { name, ...(alike.has(id) && handle !== "" && { handle }) }]),
  );
}

/**
 * Returns the key of a notification, by which a device recognises a repeat. A restored log uses the
 * same seqs again, so the key of a later epoch also names the epoch.
 */
const keyOf = (channel: string, epochNumber: number, seq: number): string =>
  epochNumber === 1 ? `${channel}:${seq}` : `${channel}:${seq}.${epochNumber}`;

/** The key of the same notification with another text: that of a later version of its message. */
const rewordedKeyOf = (key: string, version: number): string => `${key}~${version}`;

/** Returns the note for a recipient; null if the message was deleted meanwhile. */
export function noteFor(
  { channel }: Pick<WindowJob, "channel">,
  claimed: ClaimedNotifications,
  notification: DueNotification,
  { user, previews }: Recipient,
  authors: KnownAuthors,
): PushNote | null {
  const key = keyOf(channel, claimed.epochNumber, notification.seq);
  const { epochNumber } = claimed;
  if (notification.action === "clear") return { type: "clear", key, user, channel, epochNumber, seq: notification.seq };
  const message: NotificationMessage | undefined = claimed.messages[notification.message ?? 0];
  if (notification.message === null || !message) return null;
  const { author, text, attachments, at, thread } = message;
  // The attachments stand for a text. Both together could be more than a push service accepts.
  const files = text === "" && attachments ? { attachments } : {};
  const preview = previews
    ? { author: { id: author, ...(authors[author] ?? { name: "" }) }, text, ...files }
    : { author: null, text: "" };
  const { kind } = claimed;
  const { mention, unread, isUpdate, version } = notification;
  const rewords = isUpdate && version !== null ? { rewords: { key, version } } : {};
  const name = previews ? claimed.name : "";
  return {
    type: "show",
    key: isUpdate && version !== null ? rewordedKeyOf(key, version) : key,
    ...rewords,
    user,
    channel,
    epochNumber,
    kind,
    seq: notification.message,
    through: notification.seq,
    thread,
    name,
    ...preview,
    mention,
    unread,
    at,
  };
}

/**
 * Returns how a notification is delivered. Each channel is one topic, so a device that was off gets
 * only the channel's last notification.
 */
export function deliveryFor(
  { channel }: Pick<WindowJob, "channel">,
  { kind }: ClaimedNotifications,
  notification: DueNotification,
): PushDelivery {
  const topic = channel.slice(2);
  if (notification.action === "clear") return { topic, urgency: "low", ttlMs: DAY_MS };
  if (notification.isUpdate) return { topic, urgency: "normal", ttlMs: limits.pushTtlMs };
  const isUrgent = channelKinds[kind].notifications.atOnce === "every_message" || notification.mention;
  return { topic, urgency: isUrgent ? "high" : "normal", ttlMs: limits.pushTtlMs };
}
