// Delivers the inbox row of each member to their user object whenever the row changes. For each
// member the fan-out keeps the row that it sent last, and no outbox: a delivery carries the current
// row, and changes during a delivery go into the next one. A member has one delivery at a time, at
// most a few a second, and none while offline: deliveries resume when the user object calls `wake`.
// Deliveries that a crash interrupts are repeated by the alarm that the turn armed.

import { type InboxRowPosition, isSameRow } from "../../domain/inbox";
import type { UserPort } from "../../domain/ports";
import type { RosterMember } from "../../domain/roster";
import { tuning } from "../../domain/tuning";
import type { InboxRow } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff, retry } from "../../runtime/retry";
import { REDELIVERY_ACTIVE_MS, REDELIVERY_MS } from "../alarm";
import type { MemberStates } from "../members/member-states";

/** The longest pause before an inbox that could not be reached must drop the channel. */
const DROP_RETRY_MAX_MS = 600_000;
/** How long a channel counts as active after its alarm fired. */
const ACTIVE_MS = 60_000;
/**
 * From this number of members on, staying awake costs less than all the deliveries after
 * hibernation.
 */
const LARGE_CHANNEL_MEMBERS = 8;

export interface FanOutHost {
  channel: string;
  members(): RosterMember[];
  isMember(user: string): boolean;
  /** The fields that determine a member's row. Cheaper than the row, whose counts need the log. */
  positionOf(user: string): InboxRowPosition;
  rowOf(user: string): InboxRow;
  hasSocket(user: string): boolean;
  /** Whether a device of the member shows the channel. */
  isViewing(user: string): boolean;
  /** The devices of the member that get the broadcast, as far as their sockets name them. */
  devicesOf(user: string): string[];
  userObject(user: string): UserPort;
  /** Called when a device of the member has received everything up to `head`. */
  onDelivered(user: string, head: number): void;
  /** Called when no delivery is under way any more. */
  onDeliveriesEnded(): void;
  /** Called when the member may have come to a device or left it. */
  onAvailabilityChanged(user: string): void;
  now(): number;
  /** Makes sure that the alarm fires at `at` or earlier and calls `onAlarm`. */
  arm(at: number): void;
}

/**
 * Whether a delivery waits for the pause between two deliveries. `normal` waits. `urgent` waits
 * only if every connected device shows the channel. `required` never waits: devices get this change
 * only through the inbox.
 */
export type Urgency = "normal" | "urgent" | "required";

interface Delivery {
  /** Whether `wake` was called since the delivery began. The result is then out of date. */
  hasWoken: boolean;
  /** The urgency of what changed since the delivery began. */
  next: Urgency;
  ended: Promise<void>;
}

interface SentRow extends InboxRowPosition {
  /** Epoch milliseconds. */
  sentAt: number;
}

export class FanOut {
  /**
   * The row that was last sent to each member's user object. Bound: the members, about 150 bytes
   * each.
   */
  readonly #sentRows = new Map<string, SentRow>();
  /**
   * The members whose connected devices all showed the channel at the last delivery. Bound: the
   * members.
   */
  readonly #viewingEverywhere = new Set<string>();
  /** Bound: one delivery at a time for each member. */
  readonly #deliveries = new Map<string, Delivery>();
  /** How often in a row an inbox that must lose the channel could not be reached. */
  #dropFailures = 0;
  #dropRetryAt = 0;
  #alarmAt = Number.NEGATIVE_INFINITY;
  #appendedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly host: FanOutHost,
    private readonly memberStates: MemberStates,
  ) {}

  /**
   * Delivers appended entries to every member, now or after the pause. Delivers to the other
   * devices of the authors at once.
   */
  onEntriesAppended(authors: Iterable<string> = []): void {
    const now = this.host.now();
    this.#appendedAt = now;
    this.host.arm(now + (this.#isActive(now) ? this.#alarmEveryMs : REDELIVERY_MS));
    for (const user of authors) this.deliver(user, "urgent");
    this.deliverToAll();
  }

  onAlarm(): void {
    const now = this.host.now();
    const recentMs = this.#isLarge ? 2 * REDELIVERY_MS : REDELIVERY_MS;
    // Arms the alarm for the next messages. Arming it now costs one row. If a later time were set
    // first, it would cost two.
    if (this.#isActive(now) && isWithin(recentMs, this.#appendedAt, now)) this.host.arm(now + this.#alarmEveryMs);
    this.#alarmAt = now;
    this.deliverToAll();
    this.#retryDrops(now);
  }

  /** Whether the alarm fired recently. Then this is not the first message after a long time. */
  #isActive(now: number): boolean {
    return isWithin(ACTIVE_MS, this.#alarmAt, now);
  }

  get #isLarge(): boolean {
    return this.host.members().length >= LARGE_CHANNEL_MEMBERS;
  }

  /** The time between two alarms of an active channel. */
  get #alarmEveryMs(): number {
    return this.#isLarge ? REDELIVERY_MS : REDELIVERY_ACTIVE_MS;
  }

  /** Delivers to every member whose row has changed. */
  deliverToAll(): void {
    for (const { user } of this.host.members()) this.deliver(user);
  }

  /** Delivers a member's row if it has changed, unless the member is offline. */
  deliver(user: string, urgency: Urgency = "normal"): void {
    if (this.memberStates.isOffline(user) || !this.host.isMember(user)) return;
    const current = this.#deliveries.get(user);
    if (current) {
      current.next = moreUrgent(current.next, urgency);
      return;
    }
    const sent = this.#sentRows.get(user);
    if (sent && isSameRow(sent, this.host.positionOf(user))) return;
    const now = this.host.now();
    const hasSocket = this.host.hasSocket(user);
    const shortPauseMs = hasSocket ? tuning.inboxDeliveryViewerMs : tuning.inboxDeliveryMs;
    const sentAt = sent?.sentAt ?? Number.NEGATIVE_INFINITY;
    // A member who no longer views the channel may be at no device. Only their user object knows,
    // so the long pause needs a recent delivery or a viewing device.
    const isViewingEverywhere =
      hasSocket &&
      this.#viewingEverywhere.has(user) &&
      (isWithin(shortPauseMs, sentAt, now) || this.host.isViewing(user));
    const pauseMs = isViewingEverywhere ? tuning.inboxDeliveryAllViewingMs : shortPauseMs;
    // The unread-from mark reaches devices only through the inbox.
    const hasUnreadFromChanged = sent !== undefined && sent.unreadFrom !== this.host.positionOf(user).unreadFrom;
    const waits = !hasUnreadFromChanged && (urgency === "normal" || (urgency === "urgent" && isViewingEverywhere));
    if (waits && isWithin(pauseMs, sentAt, now)) {
      // If all devices view the channel, they get the row with the next delivery, or when one of
      // them leaves.
      if (!isViewingEverywhere) this.host.arm(sentAt + pauseMs);
      return;
    }
    const row = this.host.rowOf(user);
    this.#sentRows.set(user, { ...row, sentAt: now });
    const delivery: Delivery = { hasWoken: false, next: "normal", ended: Promise.resolve() };
    this.#deliveries.set(user, delivery);
    delivery.ended = this.#callUserObject(user, row, delivery);
  }

  async #callUserObject(user: string, row: InboxRow, delivery: Delivery): Promise<void> {
    const devices = this.host.devicesOf(user);
    const wasAbsent = this.isAbsent(user);
    try {
      const result = await retry(() => this.host.userObject(user).deliver(row, devices));
      // A `wake` during the delivery is newer than the delivery's result.
      if (result === "offline" && !delivery.hasWoken) this.memberStates.markOffline(user);
      if (result === "viewing" && !delivery.hasWoken && isSameSet(devices, this.host.devicesOf(user)))
        this.#viewingEverywhere.add(user);
      else this.#viewingEverywhere.delete(user);
      // A device that polls does not say whether it is in use.
      if (result === "idle" || result === "polling") this.memberStates.idle.add(user);
      else this.memberStates.idle.delete(user);
      if (this.isAbsent(user) !== wasAbsent) this.host.onAvailabilityChanged(user);
      if (result === "delivered" || result === "viewing" || result === "idle") this.host.onDelivered(user, row.head);
      if (this.#deliveries.get(user) !== delivery) return;
      this.#deliveries.delete(user);
      this.deliver(user, delivery.next);
      if (!this.isDelivering) this.host.onDeliveriesEnded();
    } catch (error) {
      logError("fan-out.failed", error, { user });
      if (this.#deliveries.get(user) !== delivery) return;
      this.#deliveries.delete(user);
      this.#sentRows.delete(user);
      this.host.arm(this.host.now() + REDELIVERY_MS);
    }
  }

  /** Whether no device of a member is in use, by the last delivery result. */
  isAbsent(user: string): boolean {
    return this.memberStates.isOffline(user) || this.memberStates.idle.has(user);
  }

  /** Delivers a member's row again, to learn from the result whether they are still there. */
  recheck(user: string): void {
    this.#sentRows.delete(user);
    this.deliver(user);
  }

  /** Handles the close of a member's socket. After it, not every device may view the channel. */
  onSocketClosed(user: string): void {
    this.#viewingEverywhere.delete(user);
    this.host.onAvailabilityChanged(user);
    this.deliver(user);
  }

  /**
   * Resumes deliveries to a member whose user object called `wake` and gets `row` as the answer.
   */
  onWake(user: string, row: InboxRow): void {
    const now = this.host.now();
    const delivery = this.#deliveries.get(user);
    if (delivery) delivery.hasWoken = true;
    this.#viewingEverywhere.delete(user);
    this.memberStates.idle.delete(user);
    this.memberStates.markOnline(user, now);
    this.#sentRows.set(user, { ...row, sentAt: now });
  }

  /**
   * Removes the channel from the inbox of a former member, who is in `memberStates.leaving`. The
   * alarm repeats this until the user object has confirmed it, also after a crash.
   */
  drop(user: string): void {
    this.#sentRows.delete(user);
    this.#viewingEverywhere.delete(user);
    this.memberStates.forget(user);
    this.host.arm(this.host.now() + REDELIVERY_MS);
    const delivery: Delivery = { hasWoken: true, next: "normal", ended: Promise.resolve() };
    const before = this.#deliveries.get(user)?.ended ?? Promise.resolve();
    this.#deliveries.set(user, delivery);
    // Waits for a delivery that is under way, because its row must not arrive last.
    delivery.ended = before.then(() => this.#callDrop(user));
  }

  async #callDrop(user: string): Promise<void> {
    try {
      await retry(() => this.host.userObject(user).removeChannel(this.host.channel, user));
      this.memberStates.endLeaving(user);
      this.#dropFailures = 0;
    } catch (error) {
      logError("fan-out.drop-failed", error, { user });
      this.#dropRetryAt = this.host.now() + exponentialBackoff(++this.#dropFailures, REDELIVERY_MS, DROP_RETRY_MAX_MS);
      this.host.arm(this.#dropRetryAt);
    }
    this.#deliveries.delete(user);
    // The member may have joined again since the removal.
    if (this.host.members().some((member) => member.user === user)) this.deliver(user);
  }

  /** Repeats the drops that failed or that a crash interrupted. */
  #retryDrops(now: number): void {
    if (this.memberStates.leaving.size === 0) return;
    if (now < this.#dropRetryAt) this.host.arm(this.#dropRetryAt);
    else this.repeatDrops();
  }

  /** Repeats the drops that no user object has confirmed. */
  repeatDrops(): void {
    for (const user of this.memberStates.leaving) {
      if (this.#deliveries.has(user)) continue;
      // A member who joined again keeps the channel.
      if (this.host.isMember(user)) this.memberStates.endLeaving(user);
      else this.drop(user);
    }
  }

  get isDelivering(): boolean {
    return this.#deliveries.size > 0;
  }

  /** Resolves when the deliveries that are under way have ended. */
  async deliveriesEnded(): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.ended));
  }
}

const urgencies: readonly Urgency[] = ["normal", "urgent", "required"];
const moreUrgent = (one: Urgency, other: Urgency): Urgency =>
  urgencies.indexOf(one) >= urgencies.indexOf(other) ? one : other;

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((device) => other.includes(device));
