// WHO IS TOLD, AND HOW LOUDLY, of what happens in a channel they are not looking at. Two questions: whether there is something to tell (the channel
// knows), and whether this person wants to be told of it (their settings say). Both are answered here, without a clock.
import { type ChannelKind, isQuietAt, limits, type NotifyLevel, type QuietHours } from "../protocol";

/** What a member's devices have been told of a channel; kept by the channel. */
export interface NotificationCursor {
  /** The newest message that they were told of, or that was passed over. */
  seq: number;
  /** When. Epoch milliseconds. */
  at: number;
  /** The message that they were shown last; null where none was. */
  message: number | null;
  /** Whether it calls them. */
  mention: boolean;
  /** Whether they may still show it. */
  shown: boolean;
  /** Devices that could not be reached, and from when on each may be tried again. */
  failed: Record<string, number>;
  /** Whether what they miss is that it be taken back. */
  clearing: boolean;
  /** How often devices have been missing one time after the other, and since when. */
  tries: number;
  failingSince: number;
  /** There is no device to tell. */
  noDevice: boolean;
}

/** Where a member stands who may have to be told. */
export interface UnreadState {
  /** The newest unread message that is theirs to hear of; null where there is none. */
  seq: number | null;
  /** The newest unread one that calls them, after what they were told of; asked for only where it decides. */
  mention(): number | null;
  /** Whether they have looked at the channel since they were told. */
  hasReadSince: boolean;
  /** Whether what they were shown last is there, and unread. */
  isShownUnread: boolean;
}

/** `show`: tell of what is new; `again`: tell devices that are missing; `clear`: take back what is shown; a number: not before then. */
export type DueAction = "show" | "again" | "clear" | number | null;

export interface DueContext {
  now: number;
  /** A device of theirs is in use, or looks at the channel. */
  isPresent: boolean;
}

/** What has to be done for a member. */
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
  if (seq === null || isPresent || cursor?.noDevice) return cursor && isStale ? clear(cursor) : null;
  if (cursor === null) return "show";
  const isNew = seq > cursor.seq;
  if (isNew && isTimely(kind, cursor, unread, now)) return "show";
  if (isStale) return clear(cursor);
  const again = cursor.clearing ? null : whenRetryable("again", cursor, now);
  return again === "again" || !isNew
    ? again
    : Math.min(Number(again ?? cursor.at + limits.pushEveryMs), cursor.at + limits.pushEveryMs);
}

/** Of a direct channel and of who is called everything is told at once; of a group the first since it was looked at, then one a minute. */
function isTimely(
  kind: ChannelKind,
  cursor: NotificationCursor,
  { mention, hasReadSince }: UnreadState,
  now: number,
): boolean {
  // A clock that went back tells nobody how long it was.
  const sinceMs = now - cursor.at;
  const isOver = sinceMs < 0 || sinceMs >= limits.pushEveryMs;
  return kind === "direct" || hasReadSince || isOver || (mention() ?? 0) > cursor.seq;
}

/** When the first of the missing devices may be tried again. */
function whenRetryable(due: "again" | "clear", { failed }: NotificationCursor, now: number): DueAction {
  const times = Object.values(failed);
  if (times.length === 0) return null;
  const first = Math.min(...times);
  return now >= first ? due : first;
}

/** How somebody wants to be told of a channel. */
export interface NotificationPreferences {
  level: NotifyLevel;
  /** Silent until then; epoch milliseconds. */
  mutedUntil: number;
  quiet: QuietHours | null;
  /** They said that they are not to be disturbed. */
  isDoNotDisturb: boolean;
}

export type SilenceReason = "nothing" | "not_mentioned" | "muted" | "quiet_hours" | "do_not_disturb";

/** Why somebody is not told of something new; null where they are. THE table: the first line that holds decides. */
export function silenceReason(
  preferences: NotificationPreferences,
  isMention: boolean,
  now: number,
): SilenceReason | null {
  const { level, mutedUntil, quiet, isDoNotDisturb } = preferences;
  if (level === "nothing") return "nothing";
  if (mutedUntil > now) return "muted";
  if (isDoNotDisturb) return "do_not_disturb";
  if (quiet && isQuietAt(quiet, now)) return "quiet_hours";
  if (level === "mentions" && !isMention) return "not_mentioned";
  return null;
}
