// Resumes from a cursor to the head, page by page. A subscribe on a socket and a poll over HTTP get
// the same frames.
import { locateCursor } from "../../domain/cursor";
import { type Cursor, callPermission, type EncodedReadyLists, type FrameOf } from "../../protocol";
import { callPermissionsOf } from "../calls/call-permissions";
import type { Channel } from "../channel";
import { callViewOf } from "./call-commands";
import { chargeTexts } from "./charges";
import { visibleReads } from "./read-marks";

/** What a member's view uses. */
export type MemberViewParts = Pick<Channel, "roster" | "log" | "calls" | "memberStates" | "deliveredMarks">;
export type ResumeParts = MemberViewParts &
  Pick<Channel, "sql" | "queryBuckets" | "broadcaster" | "channelPresence" | "now">;

/** What a member sees of a channel besides its log. */
export type MemberView = Pick<
  FrameOf<"ready">,
  "role" | "permissions" | "large" | "calls" | "call" | "reads" | "delivered"
>;

export function memberViewOf(channel: MemberViewParts, user: string): MemberView {
  return {
    ...authorityOf(channel, user),
    reads: visibleReads(channel, user),
    delivered: channel.deliveredMarks.visible(),
  };
}

function authorityOf(channel: MemberViewParts, user: string): Omit<MemberView, "reads" | "delivered"> {
  const { roster, calls } = channel;
  const call = callViewOf(calls);
  return { ...permissionsShown(channel, user), ...(roster.isLarge && { large: true }), ...(call && { call }) };
}

/** Returns what a member may do, as frames say it. Earlier clients do not know those of calls. */
export function permissionsShown(
  { roster, log }: Pick<Channel, "roster" | "log">,
  user: string,
): Pick<MemberView, "role" | "permissions" | "calls"> {
  const { role, permissions } = roster.member(user);
  const calls = callPermissionsOf({ roster, header: log.header }, user);
  const others = permissions.names().filter((name) => !callPermission.safeParse(name).success);
  return { role, permissions: others, ...(calls && { calls }) };
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
 * `reset` and no events if the log cannot continue the cursor. Charges the events by their size.
 * Reads no row for a cursor at the head. `read` reads the page after a position, for a reader who
 * may see the log from `since` on.
 */
export function resume<E>(
  channel: ResumeParts,
  user: string,
  { id, from }: { id: string; from: Cursor | undefined },
  read: (sql: SqlStorage, after: number, since: number) => MissedPage<E>,
): Resumed<E> {
  const { epoch, head } = channel.log;
  const { since } = channel.roster.member(user);
  const cursorState = locateCursor(channel.log, since, from);
  if (cursorState.kind === "reset") {
    return { missed: null, unfinished: { type: "reset", id, reason: cursorState.reason, epoch, head }, ready: null };
  }
  let missed: E | null = null;
  if (cursorState.kind === "behind") {
    const { events, last, characters } = read(channel.sql, cursorState.after, since);
    chargeTexts(channel, user, characters);
    if (last !== null) missed = events;
    if (last !== null && last < head)
      return { missed, unfinished: { type: "more", id, epoch, after: last, head }, ready: null };
  }
  return { missed, unfinished: null, ready: { type: "ready", id, epoch, head, ...authorityOf(channel, user) } };
}
