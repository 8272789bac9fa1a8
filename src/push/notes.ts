// What a notification says.
import type { Debt, Owed, OwedMessage, Recipient } from "../domain/push";
import { limits, type PushNote, type WindowJob } from "../protocol";
import type { Delivery } from "./sender";

const DAY_MS = 86_400_000;

/** Names a notification: of one channel there is one at a time, and the same one twice is known as the same. */
const keyOf = (channel: string, seq: number): string => `${channel}:${seq}`;

/** What is said of a debt; null where the message is gone by now. */
export function noteOf(
  { channel }: WindowJob,
  owed: Owed,
  debt: Debt,
  { previews }: Recipient,
  names: Record<string, string>,
): PushNote | null {
  const key = keyOf(channel, debt.seq);
  if (debt.do === "clear") return { type: "clear", key, channel, seq: debt.seq };
  const message: OwedMessage | undefined = owed.messages[debt.message ?? 0];
  if (debt.message === null || !message) return null;
  const { author, text, at, thread } = message;
  const said = previews ? { author: { id: author, name: names[author] ?? "" }, text } : { author: null, text: "" };
  const { kind } = owed;
  const { mention, unread } = debt;
  const name = previews ? owed.name : "";
  return { type: "show", key, channel, kind, seq: debt.message, thread, name, ...said, mention, unread, at };
}

/** Of a channel the last notification holds, also while a device is off. */
export function deliveryOf({ channel }: WindowJob, { kind }: Owed, debt: Debt): Delivery {
  const topic = channel.slice(2);
  if (debt.do === "clear") return { topic, urgency: "low", keptMs: DAY_MS };
  const isUrgent = kind === "direct" || debt.mention;
  return { topic, urgency: isUrgent ? "high" : "normal", keptMs: limits.pushKeptMs };
}
