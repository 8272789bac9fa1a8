// Decides whether a member must be notified of a channel, and when: at once, a minute later, again,
// or never. `notification-preferences.ts` decides whether the member wants to be notified.
import { type ChannelKind, channelKinds, limits } from "../protocol";

/** How far a member's devices have been notified of a channel. The channel stores it. */
export interface NotificationCursor {
  /** The newest message that a notification covered, or whose notification was silenced. */
  seq: number;
  /** When the notification of `seq` was claimed. Epoch milliseconds. */
  at: number;
  /** The message that the last notification showed; null if there was none. */
  message: number | null;
  /** Whether that message mentioned the member. */
  mention: boolean;
  /** The entry that made the text that was shown; null if it is not known: an earlier version. */
  version: number | null;
  /** Whether a device may still show that notification. */
  shown: boolean;
  /** Devices that could not be reached, and when each may be tried again. Epoch milliseconds. */
  failed: Record<string, number>;
  /** Whether the failed devices missed a `clear`. */
  clearing: boolean;
  /** Whether the failed devices missed an update. */
  updating: boolean;
  /** The number of failed attempts in a row, and when the first one failed. Epoch milliseconds. */
  tries: number;
  failingSince: number;
  /** Whether the member has no push device. */
  noDevice: boolean;
}

/** The unread messages of a member for whom a notification may be due. */
export interface UnreadState {
  /** The newest unread message that may notify the member; null if there is none. */
  seq: number | null;
  /**
   * Returns the newest unread message after the cursor that mentions the member. Called only if the
   * result is needed.
   */
  mention(): number | null;
  /** Whether the member has read the channel since the last notification. */
  hasReadSince: boolean;
  /** Whether the message that the last notification showed is unread and not deleted. */
  isShownUnread: boolean;
  /** Whether that message was edited since, or mentions the member no more. */
  isShownChanged: boolean;
}

/**
 * `show`: notify of new messages. `retry`: notify the devices that failed. `update`: reword the
 * shown notification, without a sound. `clear`: remove it. A number: nothing is due before that
 * time, in epoch milliseconds.
 */
export type DueAction = "show" | "retry" | "update" | "clear" | number | null;

export interface DueContext {
  now: number;
  /** Whether a device of the member is in use, or shows the channel. */
  isPresent: boolean;
}

/** Returns what is due for a member; null if nothing is. */
export function dueActionFor(
  kind: ChannelKind,
  cursor: NotificationCursor | null,
  unread: UnreadState,
  { now, isPresent }: DueContext,
): DueAction {
  const { seq } = unread;
  const isStale = cursor?.shown === true && !unread.isShownUnread;
  const clear = (known: NotificationCursor): DueAction =>
    known.clearing ? whenRetryable("clear", known, now) : "clear";
  const isOutdated = cursor?.shown === true && unread.isShownChanged;
  if (seq === null || isPresent || cursor?.noDevice) {
    if (!cursor?.shown) return null;
    if (isStale) return clear(cursor);
    if (isOutdated) return "update";
    return cursor.updating ? whenRetryable("retry", cursor, now) : null;
  }
  if (cursor === null) return "show";
  const isNew = seq > cursor.seq;
  if (isNew && mayNotifyNow(kind, cursor, unread, now)) return "show";
  if (isStale) return clear(cursor);
  if (isOutdated) return "update";
  const retry = cursor.clearing ? null : whenRetryable("retry", cursor, now);
  return retry === "retry" || !isNew
    ? retry
    : Math.min(Number(retry ?? cursor.at + limits.pushEveryMs), cursor.at + limits.pushEveryMs);
}

/**
 * Whether a new message may notify at once. Direct messages, mentions and the first message since
 * the member read the group do. Further messages of a group wait for `pushEveryMs`.
 */
function mayNotifyNow(
  kind: ChannelKind,
  cursor: NotificationCursor,
  { mention, hasReadSince }: UnreadState,
  now: number,
): boolean {
  // If the clock went back, the elapsed time is unknown. The pause then counts as over.
  const sinceMs = now - cursor.at;
  const isOver = sinceMs < 0 || sinceMs >= limits.pushEveryMs;
  const isEvery = channelKinds[kind].notifications.atOnce === "every_message";
  return isEvery || hasReadSince || isOver || (mention() ?? 0) > cursor.seq;
}

/**
 * Returns `due`, or the time at which the first of the failed devices may be tried again; null if
 * none failed.
 */
function whenRetryable(due: "retry" | "clear", { failed }: NotificationCursor, now: number): DueAction {
  const times = Object.values(failed);
  if (times.length === 0) return null;
  const first = Math.min(...times);
  return now >= first ? due : first;
}
