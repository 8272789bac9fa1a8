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
export const isAbsent = ({ isOffline, isIdle }: Availability): boolean => isOffline || isIdle;

/** What happened while a delivery was under way. */
export interface DuringDelivery {
  /** The user object called `wake`, which is newer than the result. */
  hasWoken: boolean;
  /** The same devices show the channel as when the delivery began. */
  hasSameViewers: boolean;
}

/** What a result says. `null` leaves what was known. */
const results: Record<DeliveryResult, { isOffline: true | null; isIdle: boolean; isViewing: boolean; has: boolean }> = {
  delivered: { isOffline: null, isIdle: false, isViewing: false, has: true },
  viewing: { isOffline: null, isIdle: false, isViewing: true, has: true },
  idle: { isOffline: null, isIdle: true, isViewing: false, has: true },
  // A device that polls does not say whether it is in use.
  polling: { isOffline: null, isIdle: true, isViewing: false, has: false },
  offline: { isOffline: true, isIdle: false, isViewing: false, has: false },
};

/**
 * Returns what is known of a member after a delivery. `hasRow`: a device of the member has
 * everything up to the head of the row.
 */
export function afterDelivery(
  before: Availability,
  result: DeliveryResult,
  { hasWoken, hasSameViewers }: DuringDelivery,
): Availability & { hasRow: boolean } {
  const { isOffline, isIdle, isViewing, has } = results[result];
  return {
    isOffline: isOffline !== null && !hasWoken ? isOffline : before.isOffline,
    isIdle,
    isViewingEverywhere: isViewing && !hasWoken && hasSameViewers,
    hasRow: has,
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
  /** Every connected device shows the channel, by a recent result or by a device that shows it. */
  isViewingEverywhere: boolean;
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
  const { urgency, isViewingEverywhere, sentAgoMs } = conditions;
  const waits = urgency === "normal" || (urgency === "urgent" && isViewingEverywhere);
  const pauseMs = pauseOf(conditions);
  if (!waits || sentAgoMs === null || sentAgoMs >= pauseMs) return 0;
  return isViewingEverywhere ? null : pauseMs - sentAgoMs;
}

function pauseOf({ hasSocket, isViewingEverywhere }: DeliveryConditions): number {
  if (isViewingEverywhere) return tuning.inboxDeliveryAllViewingMs;
  return shortPauseMs(hasSocket);
}

/** The pause of a member who has a device that may not show the channel. Milliseconds. */
export const shortPauseMs = (hasSocket: boolean): number =>
  hasSocket ? tuning.inboxDeliveryViewerMs : tuning.inboxDeliveryMs;
