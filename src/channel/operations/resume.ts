// Resumes from a cursor to the head, page by page. A subscribe on a socket and a poll over HTTP get
// the same frames.
import { locateCursor } from "../../domain/cursor";
import { redactEvent } from "../../domain/history-visibility";
import type { Cursor, FrameOf, ServerFrame } from "../../protocol";
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
  const { role, permissions } = channel.roster.member(user);
  return {
    role,
    permissions: permissions.names(),
    reads: visibleReads(channel),
    delivered: channel.deliveredMarks.visible(),
  };
}

/**
 * Returns one page of the events after a cursor, with `ready` if the page ends at the head. Returns
 * `reset` and no events if the log cannot continue the cursor. Charges the events by their size.
 */
export function resume(
  channel: ResumeParts,
  user: string,
  id: string,
  from: Cursor | undefined,
): { frames: ServerFrame[]; isCaughtUp: boolean } {
  const { epoch, head } = channel.log;
  const { since } = channel.roster.member(user);
  const cursorState = locateCursor(channel.log, since, from);
  if (cursorState.kind === "reset") {
    return { frames: [{ type: "reset", id, reason: cursorState.reason, epoch, head }], isCaughtUp: false };
  }
  const frames: ServerFrame[] = [];
  if (cursorState.kind === "behind") {
    const events = readEvents(channel.sql, cursorState.after).map((event) => redactEvent(event, since));
    chargeTexts(channel, user, textLengthOf(events));
    if (events.length > 0) frames.push(channel.broadcaster.eventsFrame(events));
    const last = events.at(-1)?.seq ?? head;
    if (last < head) {
      frames.push({ type: "more", id, epoch, after: last, head });
      return { frames, isCaughtUp: false };
    }
  }
  const here = channel.channelPresence.visible();
  frames.push({ type: "ready", id, epoch, head, ...memberViewOf(channel, user), here });
  return { frames, isCaughtUp: true };
}
