// The state of each member in this channel, in memory: read marks, notification cursors, and who is
// offline or idle. `StateSaver` stores these states in a packed row. A large channel has a row for
// each member, which is read when the member is first asked for.
import type { NotificationCursor } from "../../domain/notification-schedule";
import { raiseMark } from "../../domain/read-mark";
import { type MemberStateRows, storedStateOf } from "./member-state-rows";
import { cursorOf } from "./notification-cursor";
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
  /** Where a large channel stores the states. */
  rows: MemberStateRows;
  isLarge: boolean;
  head(): number;
}

export class MemberStates {
  /**
   * Whether a member went offline, or an inbox lost the channel, since the last save. Losing this
   * costs one request.
   */
  hasUnsavedOffline = false;
  /** Whether each member has a row of their own. */
  #isLarge: boolean;
  /** Members of a large channel whose state is in memory. Bound: the members. */
  readonly #loaded = new Set<string>();
  /** Those whose row is behind. Bound: the members. */
  readonly #changed = new Set<string>();
  /** Those whose row lacks only a read mark. Bound: the members. */
  readonly #raised = new Set<string>();
  /** Called in a large channel when the state of a member was read. */
  onLoaded: (user: string) => void = () => {};

  /** `save` writes the saved state; `now` in epoch milliseconds. */
  constructor(
    private readonly data: MemberStatesData,
    readonly save: (now: number) => void,
  ) {
    this.#isLarge = data.isLarge;
    data.unseen.onChanged = (user) => this.#note(user);
  }

  get isLarge(): boolean {
    return this.#isLarge;
  }

  get reads(): ReadonlyMap<string, number> {
    return this.data.reads;
  }

  get unreadFrom(): ReadonlyMap<string, number> {
    return this.data.unreadFrom;
  }

  get offline(): ReadonlySet<string> {
    return this.data.offline;
  }

  get idle(): ReadonlySet<string> {
    return this.data.idle;
  }

  /**
   * Whether the devices of a member were connected and not in use, by their last delivery result.
   */
  isIdle(user: string): boolean {
    this.#need(user);
    return this.data.idle.has(user);
  }

  setIdle(user: string, isIdle: boolean): void {
    this.#need(user);
    if (isIdle) this.data.idle.add(user);
    else this.data.idle.delete(user);
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
    this.#need(user);
    return this.data.reads.get(user) ?? 0;
  }

  /** Raises a read mark. Returns false if the mark does not move. */
  raise(user: string, seq: number, head: number): boolean {
    const next = raiseMark(this.readOf(user), seq, head);
    if (next === null) return false;
    this.data.reads.set(user, next);
    if (this.#isLarge) this.#raised.add(user);
    return true;
  }

  /** Returns the unread-from mark of a member; null if there is none. */
  unreadFromOf(user: string): number | null {
    this.#need(user);
    return this.data.unreadFrom.get(user) ?? null;
  }

  setUnread(user: string, seq: number, now: number): void {
    this.#need(user);
    this.data.unreadFrom.set(user, seq);
    this.#note(user);
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
    this.#note(user);
    this.save(now);
    return true;
  }

  isOffline(user: string): boolean {
    this.#need(user);
    return this.data.offline.has(user);
  }

  /**
   * Marks a member as offline, so that nothing is delivered until their user object calls `wake`.
   * Saved with the next save.
   */
  markOffline(user: string): void {
    if (this.isOffline(user)) return;
    this.data.offline.add(user);
    this.#note(user);
    this.hasUnsavedOffline = true;
  }

  /** Marks a member as online. Saved at once: after a lost `wake` nothing would be delivered. */
  markOnline(user: string, now: number): void {
    this.#need(user);
    if (!this.data.offline.delete(user)) return;
    this.#note(user);
    this.save(now);
  }

  /** Returns how far a member has been notified by push; null if they never were. */
  cursorOf(user: string): NotificationCursor | null {
    this.#need(user);
    return this.data.cursors.get(user) ?? null;
  }

  /**
   * Sets the notification cursor of a member. The caller must then call `save`: a lost cursor would
   * notify the member twice.
   */
  setCursor(user: string, cursor: NotificationCursor): void {
    this.#need(user);
    this.#note(user);
    const { cursors } = this.data;
    cursors.delete(user);
    cursors.set(user, cursor);
    // The map is ordered by the last notification, and the oldest cursors are removed first.
    for (const oldest of cursors.keys()) {
      if (this.#isLarge || cursors.size <= CURSORS_MAX) break;
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
    if (!this.#isLarge) return;
    for (const known of [this.#loaded, this.#changed, this.#raised]) known.delete(user);
    this.data.rows.remove(user);
  }

  /** Gives each member a row of their own, or packs the states of `members` again. */
  setLarge(isLarge: boolean, members: Iterable<string>, now: number): void {
    if (isLarge === this.#isLarge) return;
    if (isLarge) {
      const { reads, unreadFrom, offline, cursors } = this.data;
      for (const user of [...reads.keys(), ...unreadFrom.keys(), ...offline, ...cursors.keys()]) {
        this.#loaded.add(user);
        this.#changed.add(user);
      }
    } else {
      for (const user of members) this.#need(user);
      this.data.rows.clear();
      for (const known of [this.#loaded, this.#changed, this.#raised]) known.clear();
    }
    this.#isLarge = isLarge;
    this.save(now);
  }

  /** Returns the members of a large channel whose row lacks a read mark. */
  raised(): Iterable<string> {
    return this.#raised;
  }

  /** Writes the rows that are behind. Those that lack only a read mark wait for `saveMember`. */
  saveChanged(): void {
    for (const user of this.#changed) this.#write(user);
  }

  /** Writes the row of a member of a large channel if it is behind. */
  saveMember(user: string): void {
    if (this.#changed.has(user) || this.#raised.has(user)) this.#write(user);
  }

  #note(user: string): void {
    if (this.#isLarge) this.#changed.add(user);
  }

  /** Reads the state of a member of a large channel. */
  #need(user: string): void {
    if (!this.#isLarge || this.#loaded.has(user)) return;
    this.#loaded.add(user);
    const { reads, unreadFrom, offline, idle, cursors, unseen, rows, head } = this.data;
    const stored = rows.read(user);
    // After a restore a mark may be beyond the head.
    const upTo = head();
    const read = Math.min(stored.read, upTo);
    if (read > 0) reads.set(user, read);
    if (stored.unreadFrom !== null) unreadFrom.set(user, Math.min(stored.unreadFrom, upTo));
    if (stored.offline) offline.add(user);
    if (stored.idle) idle.add(user);
    if (stored.told) cursors.set(user, { ...cursorOf(stored.told), seq: Math.min(stored.told.seq, upTo) });
    unseen.restore(user, stored.unseen, Math.min(stored.unseenTo ?? read, upTo));
    this.onLoaded(user);
  }

  #write(user: string): void {
    this.#changed.delete(user);
    this.#raised.delete(user);
    this.data.rows.write(user, storedStateOf(this.data, user));
  }
}
