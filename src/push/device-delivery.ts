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
   * The end of the pause that the push service requested in this batch, by subscription id. Epoch
   * milliseconds. Bound: the devices of the members of one batch of jobs.
   */
  pausedUntil: Map<string, number>;
  /**
   * The end of the time in which the claim counts as current. A notification that is queued for
   * longer is not sent, because the person may have read the message meanwhile. Epoch milliseconds.
   */
  freshUntil: number;
  now(): number;
}

/**
 * Length in code points of the text that is sent after the service refused the full text as too
 * large.
 */
const SHORT_TEXT = 20;

/**
 * Returns the milliseconds until the device must be retried, or null if no retry is needed. Uses
 * `pauseMs` if the service names no time or is skipped.
 */
export async function deliverToDevice(
  host: DeviceDeliveryHost,
  subscription: DeviceSubscription,
  note: PushNote,
  delivery: PushDelivery,
  pauseMs: number,
): Promise<number | null> {
  const { id, retryAt } = subscription;
  const remainingPause = () => Math.max(0, retryAt - host.now(), (host.pausedUntil.get(id) ?? 0) - host.now());
  if (remainingPause() > 0) return remainingPause();
  const outcome = await host.limiter.run(serviceOf(subscription), async () => {
    // While this request was queued, the service may have requested a pause in answer to another
    // notification.
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
  await writeOrLog(() =>
    sent.result === "gone" ? directory.forget([id]) : directory.recordResult(id, errorOf(sent), pauseEnd),
  );
  // A Retry-After of 0 is ignored: the usual pause applies.
  return sent.result === "retry" ? Math.max(retryAfterMs || pauseMs, remainingPause()) : null;
}

const errorOf = (sent: SendResult): string | null => (sent.result === "accepted" ? null : sent.detail);

const serviceOf = (subscription: DeviceSubscription): string =>
  subscription.kind === "web" ? (URL.parse(subscription.endpoint)?.host ?? "") : "fcm";

/** Sends the note, and sends it again with a short text if the service refuses it as too large. */
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
 * Runs `write` and only logs a failure: a retry of the job would notify the device twice. The
 * result is for the operator, and the service reports a device that is gone at the next
 * notification too.
 */
async function writeOrLog(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    logError("push.record-failed", error);
  }
}
