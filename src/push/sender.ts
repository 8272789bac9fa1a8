// What a push service is to the consumer, whichever it is.
import type { DeviceSubscription } from "../domain/notification-ports";
import type { PushNote } from "../protocol";

/** How a notification travels. */
export interface PushDelivery {
  /** A later notification of the same topic takes the place of one that is still waiting. At most 32 characters of base64url. */
  topic: string;
  urgency: "high" | "normal" | "low";
  /** How long the service may keep it for a device that is off. */
  keptMs: number;
}

/**
 * What came of it. `isAnswer`: the service said so itself. `gone`: the service knows the device no more. `too_large`: the same with less text may pass. `refused`: it will never take it.
 * `later`: it could not, and wants to be left alone for `afterMs` where it said so.
 */
export type Sent =
  | { result: "taken" }
  | { result: "gone"; detail: string }
  | { result: "too_large"; detail: string }
  | { result: "refused"; detail: string }
  | { result: "later"; detail: string; afterMs: number | null; isAnswer: boolean };

/** Never throws: what goes wrong on the way is `later`. */
export interface Sender {
  send(subscription: DeviceSubscription, note: PushNote, delivery: PushDelivery): Promise<Sent>;
}
