// The rules of deliveries to user objects, as tables: when a row is sent, and what is known of a
// member after the delivery.
import type { DeliveryResult } from "./ports";
import { tuning } from "./tuning";

/** What the last delivery results say of the devices of a member. */
export interface Availability {
  /** No device is connected. Nothing is delivered until the user object calls `wake`. */
  isOffline: boolean;
  /** The devices that are connected are not in use, as far as is known. */
  isIdle: boolean;
  /** Every connected device shows the channel. */
  isViewingEverywhere: boolean;
}

/** Whether no device of the member is in use. */
export const isAbsent = (isOffline: boolean, isIdle: boolean): boolean => isOffline || isIdle;

/** What happened while a delivery was under way. */
export interface DuringDelivery {
  /** The user object called `wake`, which is newer than the result. */
  hasWoken: boolean;
  /** The same devices show the channel as when the delivery began. Decides only after `viewing`. */
  hasSameViewers: boolean;
}

/** What each result says of the devices of a member. */
const results: Record<DeliveryResult, { isOffline: boolean; isIdle: boolean; isViewing: boolean; hasRow: boolean }> = {
  delivered: { isOffline: false, isIdle: false, isViewing: false, hasRow: true },
  viewing: { isOffline: false, isIdle: false, isViewing: true, hasRow: true },
  idle: { isOffline: false, isIdle: true, isViewing: false, hasRow: true },
  // A device that polls does not say whether it is in use.
  polling: { isOffline: false, isIdle: true, isViewing: false, hasRow: false },
  offline: { isOffline: true, isIdle: false, isViewing: false, hasRow: false },
};

/** What is known of a member after a delivery, and what follows from it. */
export interface DeliveredState extends Availability {
  /** The member may have come to a device or left it. */
  hasPresenceChanged: boolean;
  /** A device of the member has everything up to the head of the row. */
  hasRow: boolean;
}

/**
 * Returns what is known of a member after a delivery. `before`: what is known when the result
 * arrives. Only `wake` ends the offline state, and it is newer than the result.
 */
export function afterDelivery(
  before: Availability,
  result: DeliveryResult,
  { hasWoken, hasSameViewers }: DuringDelivery,
): DeliveredState {
  const { isIdle, isViewing, hasRow, ...said } = results[result];
  const isOffline = before.isOffline || (said.isOffline && !hasWoken);
  return {
    isOffline,
    isIdle,
    isViewingEverywhere: isViewing && !hasWoken && hasSameViewers,
    hasPresenceChanged: isAbsent(isOffline, isIdle) !== isAbsent(before.isOffline, before.isIdle),
    hasRow,
  };
}

/**
 * Whether a delivery waits for the pause between two deliveries. `normal` waits. `urgent` waits
 * only if every connected device shows the channel. `required` never waits: devices get this change
 * only through the inbox.
 */
export type Urgency = "normal" | "urgent" | "required";

const urgencies: readonly Urgency[] = ["normal", "urgent", "required"];
export const moreUrgent = (one: Urgency, other: Urgency): Urgency =>
  urgencies.indexOf(one) >= urgencies.indexOf(other) ? one : other;

/** What decides when a changed row is sent. */
export interface DeliveryConditions {
  urgency: Urgency;
  /** A device of the member has a socket of the channel. */
  hasSocket: boolean;
  /** Every connected device showed the channel at the last delivery. */
  wasViewingEverywhere: boolean;
  /** The channel is large: its row need not be repeated to devices that show it. */
  isLarge: boolean;
  /** Returns whether a device shows the channel now. Called only if this decides. */
  isViewing(): boolean;
  /**
   * How long ago the last row was sent, in milliseconds. Null if none was, or the clock went back.
   */
  sentAgoMs: number | null;
}

/**
 * Returns for how many milliseconds a changed row must wait: 0 to send it now; null to send it with
 * the next delivery or when a device stops showing the channel, without an alarm.
 */
export function deliveryPause(conditions: DeliveryConditions): number | null {
  const { urgency, hasSocket, wasViewingEverywhere, isLarge, sentAgoMs } = conditions;
  if (urgency === "required" || sentAgoMs === null) return 0;
  const pauseMs = hasSocket ? tuning.inboxDeliveryViewerMs : tuning.inboxDeliveryMs;
  // A member who no longer views the channel may be at no device. Only their user object knows,
  // so the long pause needs a recent delivery or a viewing device.
  if (hasSocket && wasViewingEverywhere && (sentAgoMs < pauseMs || conditions.isViewing())) {
    return isLarge || sentAgoMs < tuning.inboxDeliveryAllViewingMs ? null : 0;
  }
  return urgency === "normal" && sentAgoMs < pauseMs ? pauseMs - sentAgoMs : 0;
}
