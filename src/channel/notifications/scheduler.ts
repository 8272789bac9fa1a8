// Telling those who are not there: a cursor per member again, kept in the packed row. What is owed is computed, never queued: a job in the queue only
// says that somebody may owe something, the consumer asks what, and the cursor moves when it says what came of it. A job that is never answered is
// sent again by the alarm.
import { type DueAction, dueActionFor } from "../../domain/notification";
import type {
  ClaimedNotifications,
  DeliveryReport,
  DueNotification,
  NotificationMessage,
  PushQueue,
} from "../../domain/notification-ports";
import { type Event, limits, type WindowJob } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import type { InboxRows } from "../inbox/inbox-rows";
import type { Log } from "../log/log";
import type { MemberStates } from "../members/member-states";
import { advanceCursor, emptyCursor } from "../members/notification-cursor";

/** A job that was not answered by then is lost, and so is an asker. */
const PATIENCE_MS = 30_000;
/** A queue that took no job, or an asker who could do nothing, is left alone for so long: twice as long each time. */
const REST_MS = 5_000;
const REST_MAX_MS = 40_000;
/** Who has read nothing for so long is not asked after any more. */
const NEWS_MS = 3_600_000;
/** Longer than a lease: whoever fell silent without a word is found out by then. */
const LOOK_AGAIN_MS = limits.leaseMs + 5_000;

export interface SchedulerHost {
  log: Log;
  memberStates: MemberStates;
  inboxRows: InboxRows;
  queue: PushQueue;
  members(): string[];
  isMember(user: string): boolean;
  /** A device of theirs is in use, or shows the channel. */
  isPresent(user: string): boolean;
  /** Asks anew whether somebody is there. */
  ask(user: string): void;
  now(): number;
  /** The alarm rings at `at` or before, and considers. */
  arm(at: number): void;
}

export class NotificationScheduler {
  /** On its way. */
  #job: { id: string; sentAt: number } | null = null;
  /** Members whose debts somebody is paying, who, and since when they were heard of. */
  readonly #claims = new Map<string, { claim: number; claimedAt: number; at: number }>();
  #claim = 0;
  #failures = 0;
  #restUntil = 0;
  /** What was found to be due, by member, until something happens that may change it. Somebody who is told of a lively group costs nothing meanwhile. */
  readonly #dues = new Map<string, DueAction>();
  /** Up to which entry it was asked anew whether somebody is there, by user. */
  readonly #asked = new Map<string, number>();

  constructor(private readonly host: SchedulerHost) {}

  /** The log moved: who waits for a minute to pass goes on waiting, unless it calls them; whoever may hear of it is looked at again. */
  moved(events: readonly Event[]): void {
    const called = new Set<string>();
    const followers = new Set<string>();
    let isHeardByAll = false;
    let isWide = this.host.log.header.kind === "direct";
    for (const { type, actor, data } of events) {
      // Whoever says something has read what was there.
      this.#dues.delete(actor);
      if (type === "message.deleted") isWide = true;
      if (type !== "message.sent" && type !== "message.edited") continue;
      const { body } = data;
      if (body.state !== "live") continue;
      if (body.mentions.all !== null) isWide = true;
      for (const user of body.mentions.users) called.add(user);
      if (type !== "message.sent") continue;
      if (!data.root) isHeardByAll = true;
      for (const user of data.root?.replies.followers ?? []) followers.add(user);
    }
    for (const [user, due] of this.#dues) {
      const isNews = due === null && (isHeardByAll || followers.has(user)) && !this.host.isPresent(user);
      if (isWide || isNews || called.has(user)) this.#dues.delete(user);
    }
  }

  /** Somebody came, went or turned away: what they have to be told may be something else. */
  turned(user: string): void {
    this.#dues.delete(user);
  }

  /** Somebody's mark moved: what their devices show may be stale. */
  looked(user: string): void {
    this.#dues.delete(user);
    if (this.host.memberStates.cursorOf(user)?.shown) this.consider();
  }

  /** They are online: there is a device to tell, for all that is known. */
  woke(user: string): void {
    this.#dues.delete(user);
    const { memberStates, now } = this.host;
    const cursor = memberStates.cursorOf(user);
    if (!cursor?.noDevice) return;
    memberStates.setCursor(user, { ...cursor, noDevice: false });
    // Lost with the memory, they would never be told of this channel again.
    memberStates.save(now());
  }

  forget(user: string): void {
    this.#claims.delete(user);
    this.#dues.delete(user);
    this.#asked.delete(user);
  }

  /** Sends a job where something is owed, or sees to it that the alarm rings when something will be. */
  consider(): void {
    const now = this.host.now();
    if (this.#job && isWithin(PATIENCE_MS, this.#job.sentAt, now)) return;
    if (now < this.#restUntil) {
      this.host.arm(this.#restUntil);
      return;
    }
    const dueMembers: string[] = [];
    let waitsUntil = Number.POSITIVE_INFINITY;
    for (const user of this.host.members()) {
      const due = this.#claimedUntil(user, now) ?? this.#knownDue(user, now);
      if (typeof due === "number") waitsUntil = Math.min(waitsUntil, due);
      else if (due !== null) dueMembers.push(user);
    }
    if (dueMembers.length > 0) this.#send(dueMembers, now);
    else if (waitsUntil < Number.POSITIVE_INFINITY) this.host.arm(waitsUntil);
  }

  /** The alarm rang. */
  ring(): void {
    const now = this.host.now();
    // A socket that fell silent says nothing of it.
    for (const [user, due] of this.#dues) if (due === null && !this.host.isPresent(user)) this.#dues.delete(user);
    if (this.#job && isWithin(PATIENCE_MS, this.#job.sentAt, now)) this.host.arm(this.#job.sentAt + PATIENCE_MS);
    this.consider();
    this.#lookAgain(now);
  }

  /** What is owed now, each debt to one asker at a time. */
  claim(job: WindowJob): ClaimedNotifications {
    const { log, inboxRows, members, now } = this.host;
    const { kind, name, life } = log.header;
    const at = now();
    const notifications: DueNotification[] = [];
    const messages: Record<number, NotificationMessage> = {};
    const claim = ++this.#claim;
    for (const user of job.epoch === log.epoch ? members() : []) {
      const due = this.#claimedUntil(user, at) ?? this.#dueOf(user, at);
      if (typeof due !== "string") continue;
      const notification = this.#debtOf(user, due, at);
      const message = notification.message === null ? null : inboxRows.startOf(notification.message);
      if (notification.message !== null && message) messages[notification.message] = message;
      notifications.push(notification);
      this.#claims.set(user, { claim, claimedAt: at, at });
    }
    // Nobody will say what came of nothing; what waits is the alarm's.
    if (notifications.length === 0) {
      this.#job = null;
      this.consider();
    }
    return { claim, epoch: log.epoch, kind, name, life, notifications, messages };
  }

  report({ epoch, claim, outcomes, returned, isFailing }: DeliveryReport): void {
    const { memberStates, log, isMember, now } = this.host;
    if (epoch !== log.epoch) return;
    const at = now();
    for (const outcome of outcomes) {
      const { user } = outcome.notification;
      const claimedAt = this.#claims.get(user)?.claimedAt ?? at;
      const cursor = advanceCursor(memberStates.cursorOf(user) ?? emptyCursor, outcome, at, claimedAt);
      // Who was removed meanwhile has it on their screen all the same.
      if (isMember(user) || outcome.result === "delivered") memberStates.setCursor(user, cursor);
    }
    for (const user of [...returned, ...outcomes.map(({ notification }) => notification.user)]) {
      this.#claims.delete(user);
      this.#dues.delete(user);
    }
    if (outcomes.length > 0) memberStates.save(at);
    if (isFailing) this.#rest(at);
    else if (outcomes.length > 0) this.#failures = 0;
    // Whoever says something is at work on the rest.
    for (const [user, claimed] of this.#claims) {
      if (claimed.claim === claim) this.#claims.set(user, { ...claimed, at });
      else if (!isWithin(PATIENCE_MS, claimed.at, at)) this.#claims.delete(user);
    }
    if (this.#claims.size > 0) return;
    this.#job = null;
    this.consider();
  }

  #rest(now: number): void {
    this.#restUntil = now + exponentialBackoff(++this.#failures, REST_MS, REST_MAX_MS);
  }

  /** Until when a member's debt is somebody's who is paying it. */
  #claimedUntil(user: string, now: number): number | null {
    const claimed = this.#claims.get(user);
    return claimed && isWithin(PATIENCE_MS, claimed.at, now) ? claimed.at + PATIENCE_MS : null;
  }

  #knownDue(user: string, now: number): DueAction {
    const known = this.#dues.get(user);
    // What waits until then has to be looked at again then.
    if (known !== undefined && (typeof known !== "number" || now < known)) return known;
    const due = this.#dueOf(user, now);
    this.#dues.set(user, due);
    return due;
  }

  #dueOf(user: string, now: number): DueAction {
    const { memberStates, inboxRows, log } = this.host;
    const known = memberStates.cursorOf(user);
    const isPresent = this.host.isPresent(user);
    if (isPresent && !known?.shown) return null;
    // Whoever was found without a device may have one after a while, unless nobody has come since.
    const isFound = known?.noDevice && !memberStates.isOffline(user) && !isWithin(limits.pushEveryMs, known.at, now);
    const cursor = known && isFound ? { ...known, noDevice: false } : known;
    if (cursor?.noDevice && !cursor.shown) return null;
    const seq = inboxRows.newestUnread(user);
    const mention = () => inboxRows.newestMention(user, cursor?.seq ?? 0);
    const isShownUnread = cursor?.shown === true && cursor.message !== null && inboxRows.isUnread(user, cursor.message);
    const hasReadSince = cursor !== null && memberStates.readOf(user) >= cursor.seq;
    return dueActionFor(log.header.kind, cursor, { seq, mention, hasReadSince, isShownUnread }, { now, isPresent });
  }

  #debtOf(user: string, due: "show" | "retry" | "clear", now: number): DueNotification {
    const { memberStates, inboxRows } = this.host;
    const cursor = memberStates.cursorOf(user) ?? emptyCursor;
    const { seq, tries, failingSince, mention } = cursor;
    const ready = Object.keys(cursor.failed).filter((device) => (cursor.failed[device] ?? 0) <= now);
    const rest = { user, tries, failingSince };
    if (due === "clear") {
      const only = cursor.clearing ? ready : null;
      return { ...rest, action: "clear", seq: Math.max(1, seq), message: null, mention, unread: 0, only, except: [] };
    }
    const { unread } = inboxRows.rowOf(user);
    if (due === "retry") {
      return { ...rest, action: "show", seq, message: cursor.message, mention, unread, only: ready, except: [] };
    }
    const newest = inboxRows.newestUnread(user) ?? 1;
    const call = inboxRows.newestMention(user, seq);
    const except = Object.keys(cursor.failed).filter((device) => !ready.includes(device));
    const what = { message: call ?? newest, mention: call !== null };
    return { ...rest, action: "show", seq: newest, ...what, unread, only: null, except };
  }

  #send(dueMembers: readonly string[], now: number): void {
    const { log, memberStates, queue, arm } = this.host;
    const { channel, epoch } = log.header;
    const to = log.head;
    const from = Math.min(to, ...dueMembers.map((user) => (memberStates.cursorOf(user)?.seq ?? 0) + 1));
    const job: WindowJob = { kind: "window", id: `${channel}.${epoch}.${from}-${to}`, channel, epoch, from, to };
    this.#job = { id: job.id, sentAt: now };
    arm(now + PATIENCE_MS);
    queue.send(job).catch((error: unknown) => {
      logError("push.queue", error, { channel });
      if (this.#job?.id === job.id) this.#job = null;
      this.#rest(this.host.now());
      arm(this.#restUntil);
    });
  }

  /** Who seemed to be there and has read nothing since may have gone without a word. */
  #lookAgain(now: number): void {
    const { log, memberStates, inboxRows, members, isPresent, ask, arm } = this.host;
    const at = log.lastAt + LOOK_AGAIN_MS;
    if (now - log.lastAt > NEWS_MS) return;
    for (const user of members()) {
      if (!isPresent(user) || this.#asked.get(user) === log.head) continue;
      const toldUpTo = memberStates.cursorOf(user)?.seq ?? 0;
      const seq = memberStates.readOf(user) >= log.head ? null : inboxRows.newestUnread(user);
      if (seq === null || seq <= toldUpTo) continue;
      // One is enough for the alarm to look at all of them.
      if (now < at) {
        arm(at);
        return;
      }
      this.#asked.set(user, log.head);
      ask(user);
    }
  }
}
