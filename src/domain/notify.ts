// WHO IS TOLD, AND HOW LOUDLY, of what happens in a channel they are not looking at. Two questions: whether there is something to tell (the channel
// knows), and whether this person wants to be told of it (their settings say). Both are answered here, without a clock.
import { type ChannelKind, limits, type NotifyLevel, type QuietHours } from "../protocol";

/** What a member's devices have been told of a channel; kept by the channel. */
export interface Told {
  /** The newest message that they were told of, or that was passed over. */
  seq: number;
  /** When. Epoch milliseconds. */
  at: number;
  /** Whether they may still show it. */
  shown: boolean;
  /** Devices that could not be reached; they are tried again from `againAt` on. */
  missing: string[];
  againAt: number;
  /** Whether what is missing is that it be taken back. */
  clearing: boolean;
  /** There is no device to tell. */
  nobody: boolean;
}

/** Where a member stands who may have to be told. */
export interface Unread {
  /** The newest unread message that is theirs to hear of; null where there is none. */
  seq: number | null;
  /** The newest unread one that calls them. */
  mention: number | null;
  /** Whether they have looked at the channel since they were told. */
  hasLooked: boolean;
}

/** `show`: tell of what is new; `again`: tell the devices that are missing; `clear`: take back what is shown; a number: not before then. */
export type Due = "show" | "again" | "clear" | number | null;

export interface Moment {
  now: number;
  /** A device of theirs is in use, or looks at the channel. */
  isPresent: boolean;
}

/** What has to be done for a member. */
export function dueFor(kind: ChannelKind, told: Told | null, unread: Unread, { now, isPresent }: Moment): Due {
  const { seq, mention, hasLooked } = unread;
  // Nothing is left to be told of, or what was told of is deleted: what is shown is stale.
  if (seq === null || (told?.shown && seq < told.seq))
    return told?.shown ? whenDue("clear", told.clearing ? told.againAt : now, now) : null;
  if (isPresent) return null;
  if (told === null) return "show";
  if (told.nobody) return null;
  if (seq <= told.seq) {
    return told.missing.length === 0 || told.clearing ? null : whenDue("again", told.againAt, now);
  }
  const isUrgent = kind === "direct" || (mention !== null && mention > told.seq) || hasLooked;
  // A clock that went back tells nobody how long it was.
  const sinceMs = now - told.at;
  if (isUrgent || sinceMs < 0 || sinceMs >= limits.pushEveryMs) return "show";
  return told.at + limits.pushEveryMs;
}

const whenDue = (due: "again" | "clear", at: number, now: number): Due => (now >= at ? due : at);

/** How somebody wants to be told of a channel. */
export interface Wishes {
  level: NotifyLevel;
  /** Silent until then; epoch milliseconds. */
  mutedUntil: number;
  quiet: QuietHours | null;
  /** Minutes since midnight where they live; null where they have no quiet hours. */
  minute: number | null;
  /** They said that they are not to be disturbed. */
  isUndisturbed: boolean;
}

export type Silence = "nothing" | "not_called" | "muted" | "quiet_hours" | "undisturbed";

/** Why somebody is not told of something new; null where they are. THE table: the first line that holds decides. */
export function silenceFor(wishes: Wishes, isMention: boolean, now: number): Silence | null {
  const { level, mutedUntil, quiet, minute, isUndisturbed } = wishes;
  if (level === "nothing") return "nothing";
  if (mutedUntil > now) return "muted";
  if (isUndisturbed) return "undisturbed";
  if (quiet && minute !== null && isWithin(quiet, minute)) return "quiet_hours";
  if (level === "mentions" && !isMention) return "not_called";
  return null;
}

/** Hours of no length are none. */
function isWithin({ from, to }: QuietHours, minute: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
