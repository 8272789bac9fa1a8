// Delivers the inbox row of each member to their user object whenever the row changes. For each
// member the fan-out keeps the row that it sent last, and no outbox: a delivery carries the current
// row, and changes during a delivery go into the next one. A member has one delivery at a time, at
// most a few a second, and none while offline: deliveries resume when the user object calls `wake`.
// Deliveries that a crash interrupts are repeated by the alarm that the turn armed.

import type { DeliveredRow } from "../../domain/block";
import {
  type Availability,
  afterDelivery,
  deliveryPause,
  isAbsent,
  moreUrgent,
  type Urgency,
} from "../../domain/delivery";
import { type InboxRowPosition, isSameRow } from "../../domain/inbox";
import { channelKinds } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { REDELIVERY_ACTIVE_MS, REDELIVERY_MS } from "../alarm";
import type { UnseenState } from "../members/unseen-states";
import type { TurnCommitted, TurnListener } from "../turn-committed";
import type { DeliveryListener, FanOutParts } from "./fan-out-parts";
import { mentionTargets } from "./mention-targets";

/** How long a channel counts as active after its alarm fired. */
const ACTIVE_MS = 60_000;
/**
 * From this number of members on, staying awake costs less than all the deliveries after
 * hibernation.
 */
const LARGE_CHANNEL_MEMBERS = 8;

interface Delivery {
  /** Whether `wake` was called since the delivery began. The result is then out of date. */
  hasWoken: boolean;
  /** The urgency of what changed since the delivery began. */
  next: Urgency;
  ended: Promise<void>;
}

interface SentRow extends InboxRowPosition {
  /** The state of the member from which the unseen messages of the row were computed. */
  unseenState: UnseenState;
  /** Whether the user object keeps the row until a mention or a mark: see `UserPort.deliver`. */
  isSettled: boolean;
  /** Epoch milliseconds. */
  sentAt: number;
}

export class FanOut implements TurnListener {
  /** The row that was last sent for each member. Bound: the members, about 150 bytes each. */
  readonly #sentRows = new Map<string, SentRow>();
  /** Members whose devices all showed the channel at the last delivery. Bound: the members. */
  readonly #viewingEverywhere = new Set<string>();
  /** Bound: one delivery at a time for each member. */
  readonly #deliveries = new Map<string, Delivery>();
  /** Members of a large channel whose delivery waits for the alarm. Bound: the members. */
  readonly #waiting: Set<string>;
  #alarmAt = Number.NEGATIVE_INFINITY;
  #appendedAt = Number.NEGATIVE_INFINITY;

  /** Set once, by the part that notifies members. */
  listener: DeliveryListener | null = null;

  constructor(private readonly parts: FanOutParts) {
    // Whom a crash or a hibernation kept from being told. A second delivery does no harm.
    this.#waiting = new Set(parts.mentioned.users);
  }

  /**
   * Delivers appended entries to every member, now or after the pause. Delivers to the other
   * devices of the authors at once.
   */
  onTurnCommitted({ actors, events }: TurnCommitted): void {
    this.onLogChanged(actors);
    const { roster, mentioned } = this.parts;
    if (roster.isLarge) for (const user of mentionTargets(events, mentioned, roster.isMember)) this.deliver(user);
    // During deliveries this waits for their end: they show who has the events and who is absent.
    if (!this.isDelivering) this.#onDeliveriesEnded();
  }

  /** Delivers to every member, and to the authors first. */
  onLogChanged(authors: Iterable<string>): void {
    const now = this.parts.now();
    this.#appendedAt = now;
    this.parts.alarm.arm(now + (this.#isActive(now) ? this.#alarmEveryMs : REDELIVERY_MS));
    for (const user of authors) this.deliver(user, "urgent");
    this.deliverToAll();
  }

  #onDeliveriesEnded(): void {
    this.parts.deliveredMarks.announce();
    this.listener?.onDeliveriesEnded();
  }

  onAlarm(): void {
    const now = this.parts.now();
    const recentMs = this.#isLarge ? 2 * REDELIVERY_MS : REDELIVERY_MS;
    // Arms the alarm for the next messages. Arming it now costs one row. If a later time were set
    // first, it would cost two.
    if (this.#isActive(now) && isWithin(recentMs, this.#appendedAt, now))
      this.parts.alarm.arm(now + this.#alarmEveryMs);
    this.#alarmAt = now;
    this.deliverToAll();
  }

  /** Whether the alarm fired recently. Then this is not the first message after a long time. */
  #isActive(now: number): boolean {
    return isWithin(ACTIVE_MS, this.#alarmAt, now);
  }

  get #isLarge(): boolean {
    return this.parts.roster.isLarge || this.parts.roster.size >= LARGE_CHANNEL_MEMBERS;
  }

  /** The time between two alarms of an active channel. */
  get #alarmEveryMs(): number {
    return this.#isLarge ? REDELIVERY_MS : REDELIVERY_ACTIVE_MS;
  }

  /** Delivers to every member whose row has changed; in a large channel to those who wait. */
  deliverToAll(): void {
    const { roster, log } = this.parts;
    if (this.#waiting.size > 0) for (const user of [...this.#waiting]) this.deliver(user);
    for (const user of roster.recipients(channelKinds[log.header.kind].fanOut)) this.deliver(user);
  }

  /** Delivers a member's row if it has changed, unless the member is offline. */
  deliver(user: string, urgency: Urgency = "normal"): void {
    const { inboxRows, memberStates, roster } = this.parts;
    if (roster.isLarge) this.#waiting.delete(user);
    if (memberStates.isOffline(user) || !roster.isReached(user)) return;
    const current = this.#deliveries.get(user);
    if (current) {
      current.next = moreUrgent(current.next, urgency);
      return;
    }
    const sent = this.#sentRows.get(user);
    const now = this.parts.now();
    if (sent) {
      const position = inboxRows.positionOf(user);
      const isUnseenChanged = sent.unseenState !== inboxRows.unseenStateOf(user);
      if (isSameRow(sent, position) && !isUnseenChanged) return;
      // These reach devices only through the inbox.
      const isRequired = isUnseenChanged || sent.unreadFrom !== position.unreadFrom;
      const pauseMs = this.#pauseMs(user, sent, isRequired ? "required" : urgency, now);
      if (pauseMs !== null && pauseMs > 0) this.parts.alarm.arm(now + pauseMs);
      if (pauseMs !== 0) {
        if (roster.isLarge && pauseMs !== null) this.#waiting.add(user);
        return;
      }
    }
    const row = inboxRows.rowOf(user);
    const isSettled = roster.isLarge && !this.parts.viewers.hasDevice(user);
    this.#sentRows.set(user, { ...row, unseenState: inboxRows.unseenStateOf(user), isSettled, sentAt: now });
    const delivery: Delivery = { hasWoken: false, next: "normal", ended: Promise.resolve() };
    this.#deliveries.set(user, delivery);
    delivery.ended = this.#callUserObject(user, row, isSettled, delivery);
  }

  #pauseMs(user: string, { sentAt }: SentRow, urgency: Urgency, now: number): number | null {
    const { sockets, viewers, roster } = this.parts;
    return deliveryPause({
      urgency,
      isLarge: roster.isLarge,
      hasSocket: sockets.hasUser(user),
      wasViewingEverywhere: this.#viewingEverywhere.has(user),
      isViewing: () => viewers.isViewing(user),
      sentAgoMs: sentAt > now ? null : now - sentAt,
    });
  }

  async #callUserObject(user: string, row: DeliveredRow, isSettled: boolean, delivery: Delivery): Promise<void> {
    const { viewers, userObjects, deliveredMarks } = this.parts;
    const devices = viewers.devicesOf(user);
    try {
      const result = await retry(() => userObjects.of(user).deliver(row, devices, isSettled));
      // `runInstead` has forgotten the member. Nothing may be known of them again.
      if (this.#deliveries.get(user) !== delivery) return;
      const hasSameViewers = result === "viewing" && isSameSet(devices, viewers.devicesOf(user));
      const after = afterDelivery(this.#availabilityOf(user), result, { hasWoken: delivery.hasWoken, hasSameViewers });
      this.#setAvailability(user, after);
      if (after.hasPresenceChanged) this.listener?.onAvailabilityChanged(user);
      if (after.hasRow) deliveredMarks.raise(user, row.head);
      this.#deliveries.delete(user);
      this.deliver(user, delivery.next);
      if (!this.isDelivering) this.#onDeliveriesEnded();
    } catch (error) {
      logError("fan-out.failed", error, { user });
      if (this.#deliveries.get(user) !== delivery) return;
      this.#deliveries.delete(user);
      this.#sentRows.delete(user);
      if (this.parts.roster.isLarge) this.#waiting.add(user);
      this.parts.alarm.arm(this.parts.now() + REDELIVERY_MS);
    }
  }

  #availabilityOf(user: string): Availability {
    const { memberStates } = this.parts;
    return {
      isOffline: memberStates.isOffline(user),
      isIdle: memberStates.isIdle(user),
      isViewingEverywhere: this.#viewingEverywhere.has(user),
    };
  }

  #setAvailability(user: string, { isOffline, isIdle, isViewingEverywhere }: Availability): void {
    const { memberStates } = this.parts;
    if (isOffline) memberStates.markOffline(user);
    memberStates.setIdle(user, isIdle);
    if (isViewingEverywhere) this.#viewingEverywhere.add(user);
    else this.#viewingEverywhere.delete(user);
  }

  /** Whether no device of a member is in use, by the last delivery result. */
  isAbsent(user: string): boolean {
    const { memberStates } = this.parts;
    return isAbsent(memberStates.isOffline(user), memberStates.isIdle(user));
  }

  /** Delivers a member's row again, to learn from the result whether they are still there. */
  recheck(user: string): void {
    this.#sentRows.delete(user);
    this.deliver(user);
  }

  /** Handles the close of a member's socket. After it, not every device may view the channel. */
  onSocketClosed(user: string): void {
    this.#viewingEverywhere.delete(user);
    this.listener?.onAvailabilityChanged(user);
    const { roster, viewers } = this.parts;
    // In a large channel the user object keeps the mark from now on.
    if (roster.isLarge && this.#sentRows.get(user)?.isSettled === false && !viewers.hasDevice(user)) this.recheck(user);
    else this.deliver(user);
  }

  /**
   * Resumes deliveries to a member whose user object called `wake` and gets `row` as the answer.
   */
  onWake(user: string, row: DeliveredRow): void {
    const now = this.parts.now();
    const delivery = this.#deliveries.get(user);
    if (delivery) delivery.hasWoken = true;
    this.#viewingEverywhere.delete(user);
    this.parts.memberStates.setIdle(user, false);
    this.parts.memberStates.markOnline(user, now);
    const unseenState = this.parts.inboxRows.unseenStateOf(user);
    this.#sentRows.set(user, { ...row, unseenState, isSettled: false, sentAt: now });
  }

  /**
   * Forgets a former member and runs `work` in place of deliveries to them. Waits for a delivery
   * that is under way, because its row must not arrive last. `work` must not throw.
   */
  runInstead(user: string, work: () => Promise<void>): void {
    this.#sentRows.delete(user);
    this.#viewingEverywhere.delete(user);
    this.#waiting.delete(user);
    const before = this.#deliveries.get(user)?.ended ?? Promise.resolve();
    const delivery: Delivery = { hasWoken: true, next: "normal", ended: Promise.resolve() };
    this.#deliveries.set(user, delivery);
    delivery.ended = before.then(work).then(() => {
      // Later work waits for this.
      if (this.#deliveries.get(user) !== delivery) return;
      this.#deliveries.delete(user);
      // The member may have joined again since the removal.
      this.deliver(user);
    });
  }

  /** Whether a delivery to a member, or work in its place, is under way. */
  isDeliveringTo(user: string): boolean {
    return this.#deliveries.has(user);
  }

  get isDelivering(): boolean {
    return this.#deliveries.size > 0;
  }

  /** Resolves when the deliveries that are under way have ended. */
  async deliveriesEnded(): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.ended));
  }
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((device) => other.includes(device));
