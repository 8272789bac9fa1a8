// Telling members that the channel moved on: a cursor per member, not an outbox. Each member's user object is called with the row their
// inbox should show, one call at a time, a few a second at most; what happens meanwhile is in the next call. Someone whose user object
// answers `asleep` is not called again until it calls `wake`. What a crash cuts short, the alarm that the turn armed does again.
import { type InboxRowPosition, isSameRow } from "../../domain/inbox";
import type { UserPort } from "../../domain/ports";
import type { RosterMember } from "../../domain/roster";
import { tuning } from "../../domain/tuning";
import type { InboxRow } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { REPAIR_LIVELY_MS, REPAIR_MS } from "../alarm";
import type { MemberStates } from "../members/member-states";

const LIVELY_MS = 60_000;
/** From so many members on it costs less to stay awake than to call them anew after a sleep. */
const MANY = 8;

export interface FanOutHost {
  channel: string;
  members(): RosterMember[];
  isMember(user: string): boolean;
  /** Where their row would stand: cheap, where the row itself is counted from the log. */
  positionOf(user: string): InboxRowPosition;
  rowOf(user: string): InboxRow;
  hasSocket(user: string): boolean;
  /** A device of theirs shows the channel. */
  isViewing(user: string): boolean;
  /** The devices of theirs that take part, as far as they tell which they are. */
  devicesOf(user: string): string[];
  userObject(user: string): UserPort;
  /** A device of theirs holds the row. */
  reached(user: string, head: number): void;
  /** No call is under way any more. */
  settled(): void;
  /** Whether they are at a device is another now, or may be. */
  turned(user: string): void;
  now(): number;
  /** The alarm rings at `at` or before and calls `ring`. */
  arm(at: number): void;
}

/**
 * `calm` waits for the pause between two calls; `urgent` does not, but where every device sees it anyway; `certain` is what no device hears but through
 * its inbox.
 */
export type Urgency = "calm" | "urgent" | "certain";

interface DeliverCall {
  woken: boolean;
  /** What was asked for while it was under way. */
  next: Urgency;
  ended: Promise<void>;
}

interface SentRow extends InboxRowPosition {
  /** When the row was given. */
  sentAt: number;
}

export class FanOut {
  readonly #told = new Map<string, SentRow>();
  /** People of whom every device that listens has the channel open. */
  readonly #level = new Set<string>();
  readonly #calls = new Map<string, DeliverCall>();
  #rangAt = Number.NEGATIVE_INFINITY;
  #movedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly host: FanOutHost,
    private readonly memberStates: MemberStates,
  ) {}

  /** The log moved: everyone who is due is told, now or a moment later; the other devices of those who moved it at once. */
  moved(movers: Iterable<string> = []): void {
    const now = this.host.now();
    this.#movedAt = now;
    this.host.arm(now + (this.#isLively(now) ? this.#restMs : REPAIR_MS));
    for (const user of movers) this.tell(user, "urgent");
    this.advance();
  }

  /** The alarm rang. */
  ring(): void {
    const now = this.host.now();
    const newsMs = this.#isMany ? 2 * REPAIR_MS : REPAIR_MS;
    // For the messages that will come: now it is one row, after a later alarm was armed it would be two.
    if (this.#isLively(now) && isWithin(newsMs, this.#movedAt, now)) this.host.arm(now + this.#restMs);
    this.#rangAt = now;
    this.advance();
  }

  /** An alarm rang a while ago: this is not the first message in a long time. */
  #isLively(now: number): boolean {
    return isWithin(LIVELY_MS, this.#rangAt, now);
  }

  get #isMany(): boolean {
    return this.host.members().length >= MANY;
  }

  /** How far apart the alarms of a conversation are. */
  get #restMs(): number {
    return this.#isMany ? REPAIR_MS : REPAIR_LIVELY_MS;
  }

  /** Tells everyone who is behind. */
  advance(): void {
    for (const { user } of this.host.members()) this.tell(user);
  }

  /** Tells one person if they are behind. */
  tell(user: string, urgency: Urgency = "calm"): void {
    if (this.memberStates.isOffline(user) || !this.host.isMember(user)) return;
    const underWay = this.#calls.get(user);
    if (underWay) {
      underWay.next = moreUrgent(underWay.next, urgency);
      return;
    }
    const sent = this.#told.get(user);
    if (sent && isSameRow(sent, this.host.positionOf(user))) return;
    const now = this.host.now();
    const hasSocket = this.host.hasSocket(user);
    const shortMs = hasSocket ? tuning.inboxSignalViewerMs : tuning.inboxSignalMs;
    const sentAt = sent?.sentAt ?? Number.NEGATIVE_INFINITY;
    // Whoever turned away may be at no device any more: only their user object knows.
    const isLevelHere =
      hasSocket && this.#level.has(user) && (isWithin(shortMs, sentAt, now) || this.host.isViewing(user));
    const pauseMs = isLevelHere ? tuning.inboxSignalAllViewingMs : shortMs;
    // Only the inbox says that a channel is set to unread, or is no longer.
    const isReopened = sent !== undefined && sent.unreadFrom !== this.host.positionOf(user).unreadFrom;
    const waits = !isReopened && (urgency === "calm" || (urgency === "urgent" && isLevelHere));
    if (waits && isWithin(pauseMs, sentAt, now)) {
      // Whoever sees it anyway is told with something else, or when they go.
      if (!isLevelHere) this.host.arm(sentAt + pauseMs);
      return;
    }
    const row = this.host.rowOf(user);
    this.#told.set(user, { ...row, sentAt: now });
    const call: DeliverCall = { woken: false, next: "calm", ended: Promise.resolve() };
    this.#calls.set(user, call);
    call.ended = this.#call(user, row, call);
  }

  async #call(user: string, row: InboxRow, call: DeliverCall): Promise<void> {
    const here = this.host.devicesOf(user);
    const wasAbsent = this.isAbsent(user);
    try {
      const answer = await retry(() => this.host.userObject(user).deliver(row, here));
      // An answer given before they woke says nothing any more.
      if (answer === "offline" && !call.woken) this.memberStates.markOffline(user);
      if (answer === "viewing" && !call.woken && isSame(here, this.host.devicesOf(user))) this.#level.add(user);
      else this.#level.delete(user);
      // Who polls does not say whether they are at it.
      if (answer === "idle" || answer === "polling") this.memberStates.idle.add(user);
      else this.memberStates.idle.delete(user);
      if (this.isAbsent(user) !== wasAbsent) this.host.turned(user);
      if (answer === "delivered" || answer === "viewing" || answer === "idle") this.host.reached(user, row.head);
      if (this.#calls.get(user) !== call) return;
      this.#calls.delete(user);
      this.tell(user, call.next);
      if (this.isIdle) this.host.settled();
    } catch (error) {
      logError("fan-out.failed", error, { user });
      if (this.#calls.get(user) !== call) return;
      this.#calls.delete(user);
      this.#told.delete(user);
      this.host.arm(this.host.now() + REPAIR_MS);
    }
  }

  /** Whether no device of theirs is in use, as far as was heard. */
  isAbsent(user: string): boolean {
    return this.memberStates.isOffline(user) || this.memberStates.idle.has(user);
  }

  /** Asks anew whether somebody is there. */
  ask(user: string): void {
    this.#told.delete(user);
    this.tell(user);
  }

  /** A socket of theirs is gone: their devices may know less from here on. */
  left(user: string): void {
    this.#level.delete(user);
    this.host.turned(user);
    this.tell(user);
  }

  /** The person is online and has been given `row`: signals are due again. */
  woke(user: string, row: InboxRow): void {
    const now = this.host.now();
    const call = this.#calls.get(user);
    if (call) call.woken = true;
    this.#level.delete(user);
    this.memberStates.idle.delete(user);
    this.memberStates.markOnline(user, now);
    this.#told.set(user, { ...row, sentAt: now });
  }

  /** Somebody went: their inbox forgets the channel. Lost in a crash, it is repaired by their next look at the list of channels. */
  drop(user: string): void {
    this.#told.delete(user);
    this.#level.delete(user);
    this.memberStates.forget(user);
    const call: DeliverCall = { woken: true, next: "calm", ended: Promise.resolve() };
    const before = this.#calls.get(user)?.ended ?? Promise.resolve();
    this.#calls.set(user, call);
    // After a call under way: its row must not arrive last.
    call.ended = before.then(() => this.#drop(user));
  }

  async #drop(user: string): Promise<void> {
    try {
      await retry(() => this.host.userObject(user).removeChannel(this.host.channel, user));
    } catch (error) {
      logError("fan-out.drop-failed", error, { user });
    }
    this.#calls.delete(user);
    // They may have come again meanwhile.
    if (this.host.members().some((member) => member.user === user)) this.tell(user);
  }

  /** Whether no call is under way. */
  get isIdle(): boolean {
    return this.#calls.size === 0;
  }

  /** Resolves when the calls that are under way have ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#calls.values()].map((call) => call.ended));
  }
}

const urgencies: readonly Urgency[] = ["calm", "urgent", "certain"];
const moreUrgent = (one: Urgency, other: Urgency): Urgency =>
  urgencies.indexOf(one) >= urgencies.indexOf(other) ? one : other;

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((device) => other.includes(device));
