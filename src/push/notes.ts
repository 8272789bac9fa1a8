// What a notification says.
import type { Debt, Owed, OwedMessage, Recipient } from "../domain/notification-ports";
import { limits, type PushNote, type WindowJob } from "../protocol";
import type { Delivery } from "./sender";

const DAY_MS = 86_400_000;

/** Names a notification: the same one twice is known as the same. A log that was put back to an earlier state counts the same numbers again. */
const keyOf = (channel: string, life: number, seq: number): string =>
  life === 1 ? `${channel}:${seq}` : `${channel}:${seq}.${life}`;

/** What is said of a debt; null where the message is gone by now. */
export function noteOf(
  { channel }: WindowJob,
  owed: Owed,
  debt: Debt,
  { user, previews }: Recipient,
  names: Record<string, string>,
): PushNote | null {
  const key = keyOf(channel, owed.life, debt.seq);
  const { life } = owed;
  if (debt.do === "clear") return { type: "clear", key, user, channel, life, seq: debt.seq };
  const message: OwedMessage | undefined = owed.messages[debt.message ?? 0];
  if (debt.message === null || !message) return null;
  const { author, text, at, thread } = message;
  const said = previews ? { author: { id: author, name: names[author] ?? "" }, text } : { author: null, text: "" };
  const { kind } = owed;
  const { mention, unread } = debt;
  const name = previews ? owed.name : "";
  return {
    type: "show",
    key,
    user,
    channel,
    life,
    kind,
    seq: debt.message,
    through: debt.seq,
    thread,
    name,
    ...said,
    mention,
    unread,
    at,
  };
}

/** Of a channel the last notification holds, also while a device is off. */
export function deliveryOf({ channel }: WindowJob, { kind }: Owed, debt: Debt): Delivery {
  const topic = channel.slice(2);
  if (debt.do === "clear") return { topic, urgency: "low", keptMs: DAY_MS };
  const isUrgent = kind === "direct" || debt.mention;
  return { topic, urgency: isUrgent ? "high" : "normal", keptMs: limits.pushKeptMs };
}
