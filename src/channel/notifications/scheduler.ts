// Notifies members who are absent. Each member has a notification cursor in the saved state. What
// is due is computed from the cursor, never queued. A push job in the queue is only a hint that the
// channel may have due notifications: its consumer claims them, delivers them, and reports. Only
// the report moves the cursors. If no report comes, the alarm sends the job again.
import type {
  ClaimedNotifications,
  DeliveryReport,
  DueNotification,
  NotificationMessage,
  PushQueue,
} from "../../domain/notification-ports";
import { type BroadcastJob, limits, type WindowJob } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import { exponentialBackoff } from "../../runtime/retry";
import type { ChannelAlarm } from "../alarm";
import type { DeliveryListener } from "../inbox/fan-out-parts";
import type { MentionedMembers } from "../members/mentioned-members";
import { advanceCursor, emptyCursor } from "../members/notification-cursor";
import type { RosterMirror } from "../members/roster-mirror";
import type { Checkpoint } from "../members/state-saver";
import type { TurnCommitted, TurnListener } from "../turn-committed";
import type { UsageCounter } from "../usage";
import { Broadcasts } from "./broadcasts";
import { CLAIM_TIMEOUT_MS, Claims } from "./claims";
import { DueActions, type DueActionsParts } from "./due-actions";

/** How long a job may stay without a report. After this time the job counts as lost. */
const JOB_TIMEOUT_MS = CLAIM_TIMEOUT_MS;
/**
 * The pause after the queue refused a job or a consumer could not deliver. Each further failure
 * doubles the pause.
 */
const RETRY_MS = 5_000;
const RETRY_MAX_MS = 40_000;
/**
 * How long after the newest entry the alarm rechecks members who seem present: longer than a lease.
 */
const RECHECK_AFTER_MS = limits.leaseMs + 5_000;
/** How long after the newest entry members are rechecked. */
const RECHECK_UNTIL_MS = 3_600_000;

export interface NotificationSchedulerParts extends DueActionsParts {
  sql: SqlStorage;
  checkpoint: Checkpoint;
  roster: RosterMirror;
  mentioned: MentionedMembers;
  pushQueue: PushQueue;
  usage: UsageCounter;
  alarm: ChannelAlarm;
  now(): number;
}

export class NotificationScheduler implements TurnListener, DeliveryListener {
  /** The job that has no report yet. */
  #job: { id: string; sentAt: number } | null = null;
  readonly #claims = new Claims();
  readonly #dueActions: DueActions;
  readonly #broadcasts: Broadcasts;
  #failures = 0;
  #retryAt = 0;
  /** The head at which a member was last rechecked, by user. Bound: the members. */
  readonly #recheckedHeads = new Map<string, number>();

  constructor(private readonly parts: NotificationSchedulerParts) {
    this.#dueActions = new DueActions(parts);
    this.#broadcasts = new Broadcasts(parts);
    parts.fanOut.listener = this;
  }

  /** Schedules nothing: deliveries show first who is absent. */
  onTurnCommitted({ events }: TurnCommitted): void {
    this.#dueActions.onEntriesAppended(events);
    this.#broadcasts.onEntriesAppended(events);
  }

  onDeliveriesEnded(): void {
    this.schedule();
  }

  /** Call this when a member may have come to a device or left it. */
  onAvailabilityChanged(user: string): void {
    this.#dueActions.forget(user);
  }

  /**
   * Call this when a read mark was set. A notification that is still shown may then be out of date.
   */
  onMarkedRead(user: string): void {
    this.#dueActions.forget(user);
    if (!this.parts.memberStates.cursorOf(user)?.shown) return;
    if (this.parts.roster.isLarge) this.parts.mentioned.add(user);
    this.schedule();
  }

  /** Call this when a member is online. They may have a push device again. */
  onWake(user: string): void {
    this.#dueActions.forget(user);
    const { memberStates, now } = this.parts;
    const cursor = memberStates.cursorOf(user);
    if (!cursor?.noDevice) return;
    memberStates.setCursor(user, { ...cursor, noDevice: false });
    // Saved at once. If this were lost, the member would not be notified.
    memberStates.save(now());
  }

  forget(user: string): void {
    this.#claims.release(user);
    this.#dueActions.forget(user);
    this.#recheckedHeads.delete(user);
  }

  /**
   * Sends a job if a notification is due, or arms the alarm for the time at which the next one is
   * due.
   */
  schedule(): void {
    const now = this.parts.now();
    if (this.#job && isWithin(JOB_TIMEOUT_MS, this.#job.sentAt, now)) return;
    if (now < this.#retryAt) {
      this.parts.alarm.arm(this.#retryAt);
      return;
    }
    const dueMembers: string[] = [];
    let nextDueAt = Number.POSITIVE_INFINITY;
    for (const user of this.#candidates) {
      if (!this.parts.roster.isReached(user)) continue;
      const due = this.#claims.endsAt(user, now) ?? this.#dueActions.get(user, now);
      if (typeof due === "number") nextDueAt = Math.min(nextDueAt, due);
      else if (due !== null) dueMembers.push(user);
    }
    if (dueMembers.length > 0) this.#send(dueMembers, now);
    else if (nextDueAt < Number.POSITIVE_INFINITY) this.parts.alarm.arm(nextDueAt);
  }

  onAlarm(): void {
    const now = this.parts.now();
    if (this.parts.roster.isLarge) this.#dropSettled();
    this.#broadcasts.send();
    this.#dueActions.forgetAbsent();
    if (this.#job && isWithin(JOB_TIMEOUT_MS, this.#job.sentAt, now))
      this.parts.alarm.arm(this.#job.sentAt + JOB_TIMEOUT_MS);
    this.schedule();
    this.#recheckPresent(now);
  }

  /**
   * Claims the notifications that are due now and that no other consumer has claimed. `users`: the
   * page of a broadcast, which needs no report.
   */
  claim(job: WindowJob | BroadcastJob, users: readonly string[] = []): ClaimedNotifications {
    if (job.kind === "broadcast") return this.#broadcasts.claim(job, users);
    const { log, inboxRows, now } = this.parts;
    const { kind, name, epochNumber } = log.header;
    const at = now();
    const notifications: DueNotification[] = [];
    const messages: Record<number, NotificationMessage> = {};
    const claim = this.#claims.next();
    for (const user of job.epoch === log.epoch ? this.#candidates : []) {
      if (!this.parts.roster.isReached(user)) continue;
      const due = this.#claims.endsAt(user, at) ?? this.#dueActions.compute(user, at);
      if (typeof due !== "string") continue;
      const notification = this.#dueActions.notificationFor(user, due, at);
      const message = notification.message === null ? null : inboxRows.notificationMessage(notification.message);
      if (notification.message !== null && message) messages[notification.message] = message;
      notifications.push(notification);
      this.#claims.add(user, claim, at);
    }
    // The consumer does not report an empty claim. The alarm handles what is due later.
    if (notifications.length === 0) {
      this.#job = null;
      this.schedule();
    }
    return { claim, epoch: log.epoch, kind, name, epochNumber, notifications, messages };
  }

  /** Moves the cursors as a consumer reports. A report of another epoch is ignored. */
  report({ epoch, claim, outcomes, returned, isFailing }: DeliveryReport): void {
    const { memberStates, log, roster, now } = this.parts;
    if (epoch !== log.epoch) return;
    const at = now();
    for (const outcome of outcomes) {
      const { user, message } = outcome.notification;
      if (outcome.result === "blocked") {
        // The cursor stays: the newest message of somebody else may be due.
        this.parts.inboxRows.blockedAuthors.add(user, this.parts.inboxRows.authorOf(message ?? 0));
        continue;
      }
      const claimedAt = this.#claims.claimedAt(user) ?? at;
      const cursor = advanceCursor(memberStates.cursorOf(user) ?? emptyCursor, outcome, at, claimedAt);
      // A member who was removed since the claim may still have the notification on a screen.
      if (roster.get(user) || outcome.result === "delivered") memberStates.setCursor(user, cursor);
    }
    for (const user of [...returned, ...outcomes.map(({ notification }) => notification.user)]) {
      this.#claims.release(user);
      this.#dueActions.forget(user);
    }
    if (outcomes.length > 0) memberStates.save(at);
    if (isFailing) this.#backOff(at);
    else if (outcomes.length > 0) this.#failures = 0;
    this.#claims.renew(claim, at);
    if (!this.#claims.isEmpty) return;
    this.#job = null;
    this.schedule();
  }

  /** Who may be notified: every member; in a large channel whom a message mentions by name. */
  get #candidates(): Iterable<string> {
    const { roster, mentioned } = this.parts;
    return roster.isLarge ? mentioned.users : roster.users;
  }

  /** Drops those of a large channel who have read every mention and are shown no notification. */
  #dropSettled(): void {
    const { roster, mentioned, memberStates, inboxRows } = this.parts;
    for (const user of mentioned.users) {
      const isSettled = inboxRows.newestMention(user, 0) === null && !memberStates.cursorOf(user)?.shown;
      if (roster.get(user) === null || isSettled) mentioned.delete(user);
    }
  }

  #backOff(now: number): void {
    this.#retryAt = now + exponentialBackoff(++this.#failures, RETRY_MS, RETRY_MAX_MS);
  }

  #send(dueMembers: readonly string[], now: number): void {
    const { log, memberStates, pushQueue, usage, alarm } = this.parts;
    const { channel, epoch } = log.header;
    const to = log.head;
    const from = Math.min(to, ...dueMembers.map((user) => (memberStates.cursorOf(user)?.seq ?? 0) + 1));
    const job: WindowJob = { kind: "window", id: `${channel}.${epoch}.${from}-${to}`, channel, epoch, from, to };
    this.#job = { id: job.id, sentAt: now };
    alarm.arm(now + JOB_TIMEOUT_MS);
    usage.queueMessages++;
    pushQueue.send(job).catch((error: unknown) => {
      logError("push.queue", error, { channel });
      if (this.#job?.id === job.id) this.#job = null;
      this.#backOff(this.parts.now());
      alarm.arm(this.#retryAt);
    });
  }

  /**
   * Rechecks members who seem present but have read nothing: a device that is lost without a close
   * reports nothing.
   */
  #recheckPresent(now: number): void {
    const { log, memberStates, inboxRows, fanOut, alarm } = this.parts;
    const recheckAt = log.lastAt + RECHECK_AFTER_MS;
    if (now - log.lastAt > RECHECK_UNTIL_MS) return;
    for (const user of this.#candidates) {
      if (!this.#dueActions.isPresent(user) || this.#recheckedHeads.get(user) === log.head) continue;
      const notifiedUpTo = memberStates.cursorOf(user)?.seq ?? 0;
      const seq = memberStates.readOf(user) >= log.head ? null : inboxRows.newestUnread(user);
      if (seq === null || seq <= notifiedUpTo) continue;
      // One alarm rechecks all members, so the rest need not be checked now.
      if (now < recheckAt) {
        alarm.arm(recheckAt);
        return;
      }
      this.#recheckedHeads.set(user, log.head);
      fanOut.recheck(user);
    }
  }
}
