// The state of each member in this channel, in memory: read marks, notification cursors, and who is
// offline or idle. `StateSaver` stores these states in a packed row.
import type { NotificationCursor } from "../../domain/notification-schedule";
import { raiseMark } from "../../domain/read-mark";
import type { UnseenStates } from "./unseen-states";

/** Twice the largest group: former members keep their cursor while a notification is shown. */
const CURSORS_MAX = 200;

export interface MemberStatesData {
  /** Bound: the members, because `forget` drops those who leave. */
  reads: Map<string, number>;
  /** Bound: the members. */
  unreadFrom: Map<string, number>;
  /** Bound: the members. */
  offline: Set<string>;
  /** Bound: the members. */
  idle: Set<string>;
  /** Bound: `CURSORS_MAX` cursors with at most `pushDevices` failed devices each. */
  cursors: Map<string, NotificationCursor>;
  /** Bound: the people who left and whose inbox has not confirmed it yet. */
  leaving: Set<string>;
  unseen: UnseenStates;
}

export class MemberStates {
  /**
   * Whether a member went offline, or an inbox lost the channel, since the last save. Losing this
   * costs one request.
   */
  hasUnsavedOffline = false;

  /** `save` writes the saved state; `now` in epoch milliseconds. */
  constructor(
    private readonly data: MemberStatesData,
    readonly save: (now: number) => void,
  ) {}

  get reads(): ReadonlyMap<string, number> {
    return this.data.reads;
  }

  get unreadFrom(): ReadonlyMap<string, number> {
    return this.data.unreadFrom;
  }

  get offline(): ReadonlySet<string> {
    return this.data.offline;
  }

  /** Members whose devices were connected and not in use, by their last delivery result. */
  get idle(): Set<string> {
    return this.data.idle;
  }

  get cursors(): ReadonlyMap<string, NotificationCursor> {
    return this.data.cursors;
  }

  /** What members have not seen below their read marks. */
  get unseen(): UnseenStates {
    return this.data.unseen;
  }

  /** Former members whose user objects have not confirmed that the channel left their inbox. */
  get leaving(): ReadonlySet<string> {
    return this.data.leaving;
  }

  /** Adds members who leave. Call it in the transaction that removes them. */
  addLeaving(users: readonly string[], now: number): void {
    for (const user of users) this.data.leaving.add(user);
    if (users.length > 0) this.save(now);
  }

  /** Call this when a member has no inbox row to remove any more. Saved with the next save. */
  endLeaving(user: string): void {
    if (this.data.leaving.delete(user)) this.hasUnsavedOffline = true;
  }

  readOf(user: string): number {
    return this.data.reads.get(user) ?? 0;
  }

  /** Raises a read mark. Returns false if the mark does not move. */
  raise(user: string, seq: number, head: number): boolean {
    const next = raiseMark(this.readOf(user), seq, head);
    if (next === null) return false;
    this.data.reads.set(user, next);
    return true;
  }

  /** Returns the unread-from mark of a member; null if there is none. */
  unreadFromOf(user: string): number | null {
    return this.data.unreadFrom.get(user) ?? null;
  }

  setUnread(user: string, seq: number, now: number): void {
    this.data.unreadFrom.set(user, seq);
    this.save(now);
  }

  /**
   * Removes an unread-from mark at or before a message that was read. Returns whether there was
   * one.
   */
  clearUnread(user: string, seq: number, now: number): boolean {
    const from = this.unreadFromOf(user);
    if (from === null || seq < from) return false;
    this.data.unreadFrom.delete(user);
    this.save(now);
    return true;
  }

  isOffline(user: string): boolean {
    return this.data.offline.has(user);
  }

  /**
   * Marks a member as offline, so that nothing is delivered until their user object calls `wake`.
   * Saved with the next save.
   */
  markOffline(user: string): void {
    if (this.isOffline(user)) return;
    this.data.offline.add(user);
    this.hasUnsavedOffline = true;
  }

  /** Marks a member as online. Saved at once: after a lost `wake` nothing would be delivered. */
  markOnline(user: string, now: number): void {
    if (this.data.offline.delete(user)) this.save(now);
  }

  /** Returns how far a member has been notified by push; null if they never were. */
  cursorOf(user: string): NotificationCursor | null {
    return this.data.cursors.get(user) ?? null;
  }

  /**
   * Sets the notification cursor of a member. The caller must then call `save`: a lost cursor would
   * notify the member twice.
   */
  setCursor(user: string, cursor: NotificationCursor): void {
    const { cursors } = this.data;
    cursors.delete(user);
    cursors.set(user, cursor);
    // The map is ordered by the last notification, and the oldest cursors are removed first.
    for (const oldest of cursors.keys()) {
      if (cursors.size <= CURSORS_MAX) break;
      cursors.delete(oldest);
    }
  }

  /**
   * Call this after a restore. Lowers every mark to the head. Every member counts as online until
   * the next delivery result.
   */
  clamp(head: number, now: number): void {
    const { reads, unreadFrom, offline, cursors, unseen } = this.data;
    offline.clear();
    unseen.clamp(head);
    for (const [user, seq] of reads) reads.set(user, Math.min(seq, head));
    for (const [user, seq] of unreadFrom) unreadFrom.set(user, Math.min(seq, head));
    for (const [user, cursor] of cursors) cursors.set(user, { ...cursor, seq: Math.min(cursor.seq, head) });
    this.save(now);
  }

  /**
   * Drops the state of a former member. The cursor stays while a notification is shown, so that it
   * can be cleared later.
   */
  forget(user: string): void {
    const { reads, unreadFrom, offline, idle, cursors, unseen } = this.data;
    unseen.forget(user);
    reads.delete(user);
    unreadFrom.delete(user);
    offline.delete(user);
    idle.delete(user);
    if (!cursors.get(user)?.shown) cursors.delete(user);
  }
}
