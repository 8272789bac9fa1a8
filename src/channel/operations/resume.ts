// Resumes from a cursor to the head, page by page. A subscribe on a socket and a poll over HTTP get
// the same frames.
import { visibleHead } from "../../domain/block";
import { locateCursor } from "../../domain/cursor";
import type { Cursor, EncodedReadyLists, FrameOf } from "../../protocol";
import type { Channel } from "../channel";
import { authorityOf } from "../members/authority";
import { callViewOf } from "./call-commands";
import { chargeTexts } from "./charges";
import { visibleReads } from "./read-marks";

/** What a member's view uses. */
export type MemberViewParts = Pick<
  Channel,
  "roster" | "log" | "calls" | "slowMode" | "memberStates" | "deliveredMarks"
>;
export type ResumeParts = MemberViewParts &
  Pick<Channel, "sql" | "queryBuckets" | "broadcaster" | "channelPresence" | "now">;

/** What a member sees of a channel besides its log. */
export type MemberView = Pick<
  FrameOf<"ready">,
  ("role" | "permissions" | "large" | "calls" | "call") | ("timedOutUntil" | "slowMode" | "reads" | "delivered")
>;

export function memberViewOf(channel: MemberViewParts, user: string): MemberView {
  const delivered = channel.roster.isReached(user) ? channel.deliveredMarks.visible() : {};
  return { ...standingOf(channel, user), reads: visibleReads(channel, user), delivered };
}

/** The part of the view without marks. */
function standingOf(channel: MemberViewParts, user: string) {
  const { roster, slowMode } = channel;
  const call = callViewOf(channel, user);
  return {
    ...authorityOf(roster, user),
    ...(roster.isLarge && { large: true }),
    ...(call && { call }),
    ...slowMode.viewOf(user),
  };
}

/** A page of missed events, in the form that its reader takes. */
export interface MissedPage<E> {
  events: E;
  /** The seq of the last one; null for an empty page. */
  last: number | null;
  /** The characters of their texts. */
  characters: number;
}

export interface Resumed<E> {
  /** The missed events; null if there are none. */
  missed: E | null;
  /** `reset` or `more`; null after the last page. */
  unfinished: FrameOf<"reset"> | FrameOf<"more"> | null;
  /** The `ready` frame without its lists; null if there are more events, or after `reset`. */
  ready: Omit<FrameOf<"ready">, keyof EncodedReadyLists> | null;
}

/**
 * Returns one page of the events after a cursor, with `ready` if the page ends at the head. Returns
 * `reset` and no events if the log cannot continue the cursor, as after a purge for a client that
 * does not apply `purges`. Charges the events by their size.
 * Reads no row for a cursor at the head. `read` reads the page after a position, for a reader who
 * may see the log from `since` on, and with `until` up to there. The log of a member who blocks the
 * other person of a direct channel ends where the block began.
 */
export function resume<E>(
  channel: ResumeParts,
  user: string,
  { id, from, purges = false }: { id: string; from: Cursor | undefined; purges?: boolean | undefined },
  read: (sql: SqlStorage, after: number, since: number, until?: number) => MissedPage<E>,
): Resumed<E> {
  const { epoch, header } = channel.log;
  const member = channel.roster.member(user);
  const { since, until } = member;
  const head = visibleHead(member, channel.log.head);
  const cursorState = locateCursor({ epoch, head, purged: purges ? 0 : header.purged }, since, from);
  if (cursorState.kind === "reset") {
    return { missed: null, unfinished: { type: "reset", id, reason: cursorState.reason, epoch, head }, ready: null };
  }
  let missed: E | null = null;
  if (cursorState.kind === "behind") {
    const { events, last, characters } = read(channel.sql, cursorState.after, since, until);
    chargeTexts(channel, user, characters);
    if (last !== null) missed = events;
    if (last !== null && last < head)
      return { missed, unfinished: { type: "more", id, epoch, after: last, head }, ready: null };
  }
  return { missed, unfinished: null, ready: { type: "ready", id, epoch, head, ...standingOf(channel, user) } };
}
