// The interface through which the consumer uses a push service: Web Push or FCM.
import type { DeviceSubscription } from "../domain/notification-ports";
import type { PushPayload } from "../protocol";

export interface PushDelivery {
  /**
   * A notification replaces an earlier one with the same topic that the service has not delivered.
   * At most 32 characters of base64url.
   */
  topic: string;
  urgency: "high" | "normal" | "low";
  /** How long the service may keep the notification for a device that is off. */
  ttlMs: number;
}

/**
 * `accepted`: the service took the notification. `gone`: the service no longer knows the device.
 * `too_large`: the same notification with less text may pass. `refused`: the service will never
 * accept it. `retry`: the service could not accept it now. `retryAfterMs` is the pause that the
 * service asks for, null if it asks for none. `isAnswered` is false if no answer came at all.
 */
export type SendResult =
  | { result: "accepted" }
  | { result: "gone"; detail: string }
  | { result: "too_large"; detail: string }
  | { result: "refused"; detail: string }
  | { result: "retry"; detail: string; retryAfterMs: number | null; isAnswered: boolean };

/** Never throws: a network error is the result `retry`. */
export interface Sender {
  send(subscription: DeviceSubscription, note: PushPayload, delivery: PushDelivery): Promise<SendResult>;
}

export interface Senders {
  web: Sender;
  fcm: Sender;
}
