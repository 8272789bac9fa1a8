// The delivery of notifications to single devices.
import type { DeviceSubscription, PushDirectory } from "../domain/notification-ports";
import type { PushPayload } from "../protocol";
import { logError } from "../runtime/logger";
import { RequestLimiter } from "./request-limiter";
import type { PushDelivery, Sender, Senders, SendResult } from "./sender";

/**
 * Length in code points of the text that is sent after the service refused the full text as too
 * large.
 */
const SHORT_TEXT = 20;

/** The deliveries to the devices of one batch of jobs. */
export class DeviceDeliveries {
  readonly #limiter = new RequestLimiter();
  /**
   * The end of the pause that the push service requested in this batch, by subscription id. Epoch
   * milliseconds. Bound: the devices of the members of one batch of jobs.
   */
  readonly #pausedUntil = new Map<string, number>();

  constructor(
    private readonly directory: PushDirectory,
    private readonly senders: Senders,
    private readonly now: () => number,
  ) {}

  /**
   * Delivers one notification to one device. Returns the milliseconds until the device must be
   * retried, or null if no retry is needed. Uses `pauseMs` if the service names no time or is
   * skipped. `freshUntil`: the end of the time in which the notification counts as current, in
   * epoch milliseconds. One that is queued for longer is not sent, because the person may have read
   * the message meanwhile.
   */
  async deliver(
    subscription: DeviceSubscription,
    note: PushPayload,
    delivery: PushDelivery,
    { pauseMs, freshUntil }: { pauseMs: number; freshUntil: number },
  ): Promise<number | null> {
    const { directory, now } = this;
    const { id } = subscription;
    if (this.#pauseOf(subscription) > 0) return this.#pauseOf(subscription);
    const outcome = await this.#limiter.run(serviceOf(subscription), async () => {
      // While this request was queued, the service may have requested a pause in answer to another
      // notification.
      if (now() > freshUntil || this.#pauseOf(subscription) > 0) return { sent: null, isAnswered: null };
      const sent = await sendOrShorten(this.senders[subscription.kind], subscription, note, delivery);
      if (sent.result === "retry") this.#pause(id, sent.retryAfterMs ?? 0);
      return { sent, isAnswered: sent.result !== "retry" || sent.isAnswered };
    });
    if (!outcome) return pauseMs;
    const { sent } = outcome;
    if (sent === null) return this.#pauseOf(subscription);
    const retryAfterMs = sent.result === "retry" ? sent.retryAfterMs : null;
    const pauseEnd = retryAfterMs === null ? 0 : now() + retryAfterMs;
    await writeOrLog(() =>
      sent.result === "gone" ? directory.forget([id]) : directory.recordResult(id, errorOf(sent), pauseEnd),
    );
    // A Retry-After of 0 is ignored: the usual pause applies.
    return sent.result === "retry" ? Math.max(retryAfterMs || pauseMs, this.#pauseOf(subscription)) : null;
  }

  /** Returns the milliseconds that are left of the pause of a device. */
  #pauseOf({ id, retryAt }: DeviceSubscription): number {
    return Math.max(0, retryAt - this.now(), (this.#pausedUntil.get(id) ?? 0) - this.now());
  }

  /**
   * Notes a pause. The latest one counts, because requests that ran at the same time may have got
   * different ones.
   */
  #pause(id: string, ms: number): void {
    this.#pausedUntil.set(id, Math.max(this.now() + ms, this.#pausedUntil.get(id) ?? 0));
  }
}

const errorOf = (sent: SendResult): string | null => (sent.result === "accepted" ? null : sent.detail);

const serviceOf = (subscription: DeviceSubscription): string =>
  subscription.kind === "web" ? (URL.parse(subscription.endpoint)?.host ?? "") : "fcm";

/** Sends the note, and sends it again with a short text if the service refuses it as too large. */
async function sendOrShorten(
  sender: Sender,
  subscription: DeviceSubscription,
  note: PushPayload,
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
