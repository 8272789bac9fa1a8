// WHO IS TOLD, AND HOW LOUDLY, of what happens in a channel they are not looking at. Two questions: whether there is something to tell (the channel
// knows), and whether this person wants to be told of it (their settings say). Both are answered here, without a clock.
import { type ChannelKind, isQuietAt, limits, type NotifyLevel, type QuietHours } from "../protocol";

/** What a member's devices have been told of a channel; kept by the channel. */
export interface Told {
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
  missing: Record<string, number>;
  /** Whether what they miss is that it be taken back. */
  clearing: boolean;
  /** How often devices have been missing one time after the other, and since when. */
  tries: number;
  failingSince: number;
  /** There is no device to tell. */
  nobody: boolean;
}

/** Where a member stands who may have to be told. */
export interface Unread {
  /** The newest unread message that is theirs to hear of; null where there is none. */
  seq: number | null;
  /** The newest unread one that calls them, after what they were told of; asked for only where it decides. */
  mention(): number | null;
  /** Whether they have looked at the channel since they were told. */
  hasLooked: boolean;
  /** Whether what they were shown last is there, and unread. */
  isShownUnread: boolean;
}

/** `show`: tell of what is new; `again`: tell devices that are missing; `clear`: take back what is shown; a number: not before then. */
export type Due = "show" | "again" | "clear" | number | null;

export interface Moment {
  now: number;
  /** A device of theirs is in use, or looks at the channel. */
  isPresent: boolean;
}

/** What has to be done for a member. */
export function dueFor(kind: ChannelKind, told: Told | null, unread: Unread, { now, isPresent }: Moment): Due {
  const { seq } = unread;
  const isStale = told?.shown === true && !unread.isShownUnread;
  const clear = (known: Told): Due => (known.clearing ? whenDue("clear", known, now) : "clear");
  if (seq === null || isPresent || told?.nobody) return told && isStale ? clear(told) : null;
  if (told === null) return "show";
  const isNew = seq > told.seq;
  if (isNew && isTimely(kind, told, unread, now)) return "show";
  if (isStale) return clear(told);
  const again = told.clearing ? null : whenDue("again", told, now);
  return again === "again" || !isNew
    ? again
    : Math.min(Number(again ?? told.at + limits.pushEveryMs), told.at + limits.pushEveryMs);
}

/** Of a direct channel and of who is called everything is told at once; of a group the first since it was looked at, then one a minute. */
function isTimely(kind: ChannelKind, told: Told, { mention, hasLooked }: Unread, now: number): boolean {
  // A clock that went back tells nobody how long it was.
  const sinceMs = now - told.at;
  const isOver = sinceMs < 0 || sinceMs >= limits.pushEveryMs;
  return kind === "direct" || hasLooked || isOver || (mention() ?? 0) > told.seq;
}

/** When the first of the missing devices may be tried again. */
function whenDue(due: "again" | "clear", { missing }: Told, now: number): Due {
  const times = Object.values(missing);
  if (times.length === 0) return null;
  const first = Math.min(...times);
  return now >= first ? due : first;
}

/** How somebody wants to be told of a channel. */
export interface Wishes {
  level: NotifyLevel;
  /** Silent until then; epoch milliseconds. */
  mutedUntil: number;
  quiet: QuietHours | null;
  /** They said that they are not to be disturbed. */
  isUndisturbed: boolean;
}

export type Silence = "nothing" | "not_called" | "muted" | "quiet_hours" | "undisturbed";

/** Why somebody is not told of something new; null where they are. THE table: the first line that holds decides. */
export function silenceFor(wishes: Wishes, isMention: boolean, now: number): Silence | null {
  const { level, mutedUntil, quiet, isUndisturbed } = wishes;
  if (level === "nothing") return "nothing";
  if (mutedUntil > now) return "muted";
  if (isUndisturbed) return "undisturbed";
  if (quiet && isQuietAt(quiet, now)) return "quiet_hours";
  if (level === "mentions" && !isMention) return "not_called";
  return null;
}
