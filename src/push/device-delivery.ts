// Telling one device.
import type { DeviceSubscription, PushDirectory } from "../domain/notification-ports";
import type { PushNote } from "../protocol";
import { logError } from "../runtime/logger";
import type { Slots } from "./request-limiter";
import type { PushDelivery, Sender, Sent } from "./sender";

export interface Senders {
  web: Sender;
  fcm: Sender;
}

export interface DeviceHost {
  directory: PushDirectory;
  senders: Senders;
  slots: Slots;
  /** Until when services want to hear nothing about devices, as far as was heard lately: epoch milliseconds by subscription. */
  rests: Map<string, number>;
  /** Until when what was asked is taken for true: whoever waits longer for a slot may have read it meanwhile. Epoch milliseconds. */
  freshUntil: number;
  now(): number;
}

/** Code points of a notification whose service found the whole too large. */
const SHORT = 20;

/** Answers in how many milliseconds it has to be tried again, `pauseMs` where the service does not say; null where that is not so. */
export async function tellDevice(
  host: DeviceHost,
  subscription: DeviceSubscription,
  note: PushNote,
  delivery: PushDelivery,
  pauseMs: number,
): Promise<number | null> {
  const { id, againAt } = subscription;
  const restMs = () => Math.max(0, againAt - host.now(), (host.rests.get(id) ?? 0) - host.now());
  if (restMs() > 0) return restMs();
  const done = await host.slots.run(serviceOf(subscription), async () => {
    // While it waited for its turn, another channel may have heard that the device is to be left alone.
    if (host.now() > host.freshUntil || restMs() > 0) return { sent: null, isAnswered: null };
    const sent = await sendFitting(host.senders[subscription.kind], subscription, note, delivery);
    // What was on its way meanwhile may have been taken all the same.
    if (sent.result === "later")
      host.rests.set(id, Math.max(host.now() + (sent.afterMs ?? 0), host.rests.get(id) ?? 0));
    return { sent, isAnswered: sent.result !== "later" || sent.isAnswer };
  });
  if (!done) return pauseMs;
  const { sent } = done;
  if (sent === null) return restMs();
  const afterMs = sent.result === "later" ? sent.afterMs : null;
  const restUntil = afterMs === null ? 0 : host.now() + afterMs;
  const { directory } = host;
  await attempt(() =>
    sent.result === "gone" ? directory.forget([id]) : directory.remark(id, detailOf(sent), restUntil),
  );
  // At once is not a time to wait.
  return sent.result === "later" ? Math.max(afterMs || pauseMs, restMs()) : null;
}

const detailOf = (sent: Sent): string | null => (sent.result === "taken" ? null : sent.detail);

const serviceOf = (subscription: DeviceSubscription): string =>
  subscription.kind === "web" ? (URL.parse(subscription.endpoint)?.host ?? "") : "fcm";

/** A service that finds it too large gets the beginning. */
async function sendFitting(
  sender: Sender,
  subscription: DeviceSubscription,
  note: PushNote,
  delivery: PushDelivery,
): Promise<Sent> {
  const sent = await sender.send(subscription, note, delivery);
  if (sent.result !== "too_large" || note.type !== "show") return sent;
  return sender.send(subscription, { ...note, text: [...note.text].slice(0, SHORT).join("") }, delivery);
}

/** What a service says is for people to look at, and a device that is gone says so again: neither may have a device told twice. */
async function attempt(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    logError("push.remark", error);
  }
}
