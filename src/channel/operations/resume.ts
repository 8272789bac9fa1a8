// Resumes from a cursor to the head, page by page. A subscribe on a socket and a poll over HTTP get
// the same frames.
import { locateCursor } from "../../domain/cursor";
import { redactEvent } from "../../domain/history-visibility";
import { permissionsOf } from "../../domain/permission-sets";
import type { Cursor, EncodedReadyLists, FrameOf, ServerFrame } from "../../protocol";
import type { Channel } from "../channel";
import { readEvents } from "../log/history";
import { chargeTexts, textLengthOf } from "./charges";
import { visibleReads } from "./read-marks";

/** What a member's view uses. */
export type MemberViewParts = Pick<Channel, "roster" | "log" | "memberStates" | "deliveredMarks">;
export type ResumeParts = MemberViewParts &
  Pick<Channel, "sql" | "queryBuckets" | "broadcaster" | "channelPresence" | "now">;

/** What a member sees of a channel besides its log. */
export type MemberView = Pick<FrameOf<"ready">, "role" | "permissions" | "reads" | "delivered">;

export function memberViewOf(channel: MemberViewParts, user: string): MemberView {
  return {
    ...authorityOf(channel, user),
    reads: visibleReads(channel),
    delivered: channel.deliveredMarks.visible(),
  };
}

function authorityOf({ roster, log }: MemberViewParts, user: string): Pick<MemberView, "role" | "permissions"> {
  const { role } = roster.member(user);
  return { role, permissions: permissionsOf(log.header.kind, role).names() };
}

export interface Resumed {
  /** What comes before `ready`, or in place of it. */
  frames: ServerFrame[];
  /** The `ready` frame without its lists; null if there are more events, or after `reset`. */
  ready: Omit<FrameOf<"ready">, keyof EncodedReadyLists> | null;
}

/**
 * Returns one page of the events after a cursor, with `ready` if the page ends at the head. Returns
 * `reset` and no events if the log cannot continue the cursor. Charges the events by their size.
 * Reads no row for a cursor at the head.
 */
export function resume(channel: ResumeParts, user: string, id: string, from: Cursor | undefined): Resumed {
  const { epoch, head } = channel.log;
  const { since } = channel.roster.member(user);
  const cursorState = locateCursor(channel.log, since, from);
  if (cursorState.kind === "reset") {
    return { frames: [{ type: "reset", id, reason: cursorState.reason, epoch, head }], ready: null };
  }
  const frames: ServerFrame[] = [];
  if (cursorState.kind === "behind") {
    const events = readEvents(channel.sql, cursorState.after).map((event) => redactEvent(event, since));
    chargeTexts(channel, user, textLengthOf(events));
    if (events.length > 0) frames.push(channel.broadcaster.eventsFrame(events));
    const last = events.at(-1)?.seq ?? head;
    if (last < head) {
      frames.push({ type: "more", id, epoch, after: last, head });
      return { frames, ready: null };
    }
  }
  return { frames, ready: { type: "ready", id, epoch, head, ...authorityOf(channel, user) } };
}
