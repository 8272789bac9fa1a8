// The delivery of one notification to one device.
import type { DeviceSubscription, PushDirectory } from "../domain/notification-ports";
import type { PushNote } from "../protocol";
import { logError } from "../runtime/logger";
import type { RequestLimiter } from "./request-limiter";
import type { PushDelivery, Sender, Senders, SendResult } from "./sender";

export interface DeviceDeliveryHost {
  directory: PushDirectory;
  senders: Senders;
  limiter: RequestLimiter;
  /**
   * By subscription: until when its service asked for a pause, as far as this batch knows. Epoch
   * milliseconds.
   */
  pausedUntil: Map<string, number>;
  /**
   * Until when the claim counts as current. A notification that waits longer for its turn is not
   * sent, because the person may have read the message meanwhile. Epoch milliseconds.
   */
  freshUntil: number;
  now(): number;
}

/** Code points of a text whose first version the service found too large. */
const SHORT_TEXT = 20;

/**
 * Returns in how many milliseconds the device has to be tried again (`pauseMs` where the service
 * does not say), or null where it has not.
 */
export async function deliverToDevice(
  host: DeviceDeliveryHost,
  subscription: DeviceSubscription,
  note: PushNote,
  delivery: PushDelivery,
  pauseMs: number,
): Promise<number | null> {
  const { id, againAt } = subscription;
  const remainingPause = () => Math.max(0, againAt - host.now(), (host.pausedUntil.get(id) ?? 0) - host.now());
  if (remainingPause() > 0) return remainingPause();
  const outcome = await host.limiter.run(serviceOf(subscription), async () => {
    // While this waited for its turn, another channel's notification may have got a request to
    // pause.
    if (host.now() > host.freshUntil || remainingPause() > 0) return { sent: null, isAnswered: null };
    const sent = await sendOrShorten(host.senders[subscription.kind], subscription, note, delivery);
    // The latest pause counts, because requests that ran at the same time may have got different
    // ones.
    if (sent.result === "retry") {
      const pausedUntil = Math.max(host.now() + (sent.retryAfterMs ?? 0), host.pausedUntil.get(id) ?? 0);
      host.pausedUntil.set(id, pausedUntil);
    }
    return { sent, isAnswered: sent.result !== "retry" || sent.isAnswered };
  });
  if (!outcome) return pauseMs;
  const { sent } = outcome;
  if (sent === null) return remainingPause();
  const retryAfterMs = sent.result === "retry" ? sent.retryAfterMs : null;
  const pauseEnd = retryAfterMs === null ? 0 : host.now() + retryAfterMs;
  const { directory } = host;
  await logFailure(() =>
    sent.result === "gone" ? directory.removeSubscriptions([id]) : directory.recordResult(id, errorOf(sent), pauseEnd),
  );
  // A Retry-After of 0 means retry immediately; the usual pause applies.
  return sent.result === "retry" ? Math.max(retryAfterMs || pauseMs, remainingPause()) : null;
}

const errorOf = (sent: SendResult): string | null => (sent.result === "accepted" ? null : sent.detail);

const serviceOf = (subscription: DeviceSubscription): string =>
  subscription.kind === "web" ? (URL.parse(subscription.endpoint)?.host ?? "") : "fcm";

/** Sends again with a short text where the service finds the notification too large. */
async function sendOrShorten(
  sender: Sender,
  subscription: DeviceSubscription,
  note: PushNote,
  delivery: PushDelivery,
): Promise<SendResult> {
  const sent = await sender.send(subscription, note, delivery);
  if (sent.result !== "too_large" || note.type !== "show") return sent;
  return sender.send(subscription, { ...note, text: [...note.text].slice(0, SHORT_TEXT).join("") }, delivery);
}

/**
 * A failed write of the result is only logged: a retry of the job would notify the device twice.
 * The result is for the operator, and a device that is gone says so again.
 */
async function logFailure(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    logError("push.remark", error);
  }
}
