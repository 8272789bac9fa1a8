// Computes what each member's devices must be notified of now. The rule is `dueActionFor` in
// `domain/`; this file finds what the rule needs. The result for each member is remembered until
// something may change it, so that a member who waits for a notification in an active group costs
// nothing.

import type { DueNotification } from "../../domain/notification-ports";
import { type DueAction, dueActionFor, type NotificationCursor } from "../../domain/notification-schedule";
import { channelKinds, type Event, limits } from "../../protocol";
import { isWithin } from "../../runtime/deadline";
import type { FanOut } from "../inbox/fan-out";
import type { InboxRows } from "../inbox/inbox-rows";
import type { Viewers } from "../live/viewers";
import type { Log } from "../log/log";
import type { MemberStates } from "../members/member-states";
import { emptyCursor } from "../members/notification-cursor";

export interface DueActionsParts {
  log: Log;
  memberStates: MemberStates;
  inboxRows: InboxRows;
  fanOut: FanOut;
  viewers: Viewers;
}

export class DueActions {
  /** Bound: the members, because `forget` drops those who leave. */
  readonly #known = new Map<string, DueAction>();

  constructor(private readonly parts: DueActionsParts) {}

  /**
   * Forgets the actions that new entries may change. A member who waits for the pause between two
   * notifications keeps waiting, unless a message mentions them.
   */
  onEntriesAppended(events: readonly Event[]): void {
    const mentioned = new Set<string>();
    const followers = new Set<string>();
    let concernsAll = false;
    let changesAll = channelKinds[this.parts.log.header.kind].notifications.atOnce === "every_message";
    for (const { type, actor, data } of events) {
      // Sending marks everything before it as read.
      this.#known.delete(actor);
      if (type === "message.deleted" || type === "messages.purged") changesAll = true;
      if (type !== "message.sent" && type !== "message.edited") continue;
      const { body } = data;
      if (type === "message.edited") this.#forgetShowing(data.target);
      if (body.state !== "live") continue;
      if (body.mentions.all !== null) changesAll = true;
      for (const user of body.mentions.users) mentioned.add(user);
      if (type !== "message.sent") continue;
      if (!data.root || data.toChannel) concernsAll = true;
      for (const user of data.root?.replies.followers ?? []) followers.add(user);
    }
    for (const [user, due] of this.#known) {
      const isNewlyDue = due === null && (concernsAll || followers.has(user)) && !this.isPresent(user);
      if (changesAll || isNewlyDue || mentioned.has(user)) this.#known.delete(user);
    }
  }

  /** Forgets the actions of members whose notification shows a message. */
  #forgetShowing(message: number): void {
    for (const [user, cursor] of this.parts.memberStates.cursors)
      if (cursor.shown && cursor.message === message) this.#known.delete(user);
  }

  /** Whether a device of a member is in use or shows the channel. */
  isPresent(user: string): boolean {
    return !this.parts.fanOut.isAbsent(user) || this.parts.viewers.isViewing(user);
  }

  forget(user: string): void {
    this.#known.delete(user);
  }

  /**
   * Forgets absent members for whom nothing was due. A socket that is lost without a close reports
   * nothing.
   */
  forgetAbsent(): void {
    for (const [user, due] of this.#known) if (due === null && !this.isPresent(user)) this.#known.delete(user);
  }

  /** Returns the due action of a member, from memory if nothing has changed. */
  get(user: string, now: number): DueAction {
    const known = this.#known.get(user);
    // An action that is due later is computed again at that time.
    if (known !== undefined && (typeof known !== "number" || now < known)) return known;
    const due = this.compute(user, now);
    this.#known.set(user, due);
    return due;
  }

  /** Computes the due action of a member. */
  compute(user: string, now: number): DueAction {
    const { memberStates, inboxRows, log } = this.parts;
    const known = memberStates.cursorOf(user);
    const isPresent = this.isPresent(user);
    if (isPresent && !known?.shown) return null;
    // A member who had no push device may have one later, unless their user object is offline.
    const mayHaveDevice =
      known?.noDevice && !memberStates.isOffline(user) && !isWithin(limits.pushEveryMs, known.at, now);
    const cursor = known && mayHaveDevice ? { ...known, noDevice: false } : known;
    if (cursor?.noDevice && !cursor.shown) return null;
    const seq = inboxRows.newestUnread(user);
    const mention = () => inboxRows.newestMention(user, cursor?.seq ?? 0)?.at ?? null;
    const isShownUnread = cursor?.shown === true && cursor.message !== null && inboxRows.isUnread(user, cursor.message);
    const isShownChanged = isShownUnread && this.#isChanged(user, cursor);
    const hasReadSince = cursor !== null && memberStates.readOf(user) >= cursor.seq;
    const unread = { seq, mention, hasReadSince, isShownUnread, isShownChanged };
    return dueActionFor(log.header.kind, cursor, unread, { now, isPresent });
  }

  /**
   * Whether a message was edited since a notification showed it, or mentions the member no more.
   */
  #isChanged(user: string, { message, version, mention }: NotificationCursor): boolean {
    if (message === null) return false;
    const content = this.parts.inboxRows.contentOf(user, message);
    return content.version !== (version ?? message) || content.mention !== mention;
  }

  /** Returns the notification of a due action. */
  notificationFor(user: string, due: "show" | "retry" | "update" | "clear", now: number): DueNotification {
    const { memberStates, inboxRows } = this.parts;
    const cursor = memberStates.cursorOf(user) ?? emptyCursor;
    const { seq, tries, failingSince } = cursor;
    const retryable = Object.keys(cursor.failed).filter((device) => (cursor.failed[device] ?? 0) <= now);
    const except = Object.keys(cursor.failed).filter((device) => !retryable.includes(device));
    const failures = { user, tries, failingSince };
    if (due === "clear") {
      const { mention } = cursor;
      const only = cursor.clearing ? retryable : null;
      const nothing = { message: null, mention, version: null, isUpdate: false, unread: 0 };
      return { ...failures, action: "clear", seq: Math.max(1, seq), ...nothing, only, except: [] };
    }
    const row = inboxRows.rowOf(user);
    const unread = Math.min(limits.unreadMax, row.unread + (row.unseen?.length ?? 0));
    const showing = (message: number | null) => ({ message, ...inboxRows.contentOf(user, message ?? 0) });
    if (due === "show") {
      const newest = inboxRows.newestUnread(user) ?? 1;
      const content = showing(inboxRows.newestMention(user, seq)?.seq ?? newest);
      return { ...failures, action: "show", seq: newest, ...content, isUpdate: false, unread, only: null, except };
    }
    const devices = due === "retry" ? { only: retryable, except: [] } : { only: null, except };
    const isUpdate = due === "update" || cursor.updating;
    return { ...failures, action: "show", seq, ...showing(cursor.message), isUpdate, unread, ...devices };
  }
}
