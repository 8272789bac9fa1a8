// From a cursor to the head: what a subscribe on a socket and a poll over HTTP bring, in the same frames.
import { placeCursor } from "../../domain/cursor";
import { permissionsOf } from "../../domain/permission";
import { veilEvent } from "../../domain/visibility";
import type { Cursor, FrameOf, ServerFrame } from "../../protocol";
import type { Channel } from "../channel";
import { readEvents } from "../log/history";
import { shownReads } from "./read-marks";

/** What a member sees of a channel beside its log. */
export type Outlook = Pick<FrameOf<"ready">, "role" | "permissions" | "reads" | "delivered">;

export function outlookOf(channel: Channel, user: string): Outlook {
  const { role } = channel.roster.member(user);
  return {
    role,
    permissions: [...permissionsOf(channel.log.header.kind, role)],
    reads: shownReads(channel),
    delivered: channel.deliveries.shown(),
  };
}

/** One page of what was missed, and `ready` where nothing is missing after it. `isLevel`: the frames end at the head. */
export function resume(
  channel: Channel,
  user: string,
  id: string,
  from: Cursor | undefined,
): { frames: ServerFrame[]; isLevel: boolean } {
  const { epoch, head } = channel.log;
  const { since } = channel.roster.member(user);
  const place = placeCursor(channel.log, since, from);
  if (place.kind === "reset") {
    return { frames: [{ type: "reset", id, reason: place.reason, epoch, head }], isLevel: false };
  }
  const frames: ServerFrame[] = [];
  if (place.kind === "behind") {
    const events = readEvents(channel.sql, place.after).map((event) => veilEvent(event, since));
    if (events.length > 0) frames.push(channel.relay.eventsFrame(events));
    const last = events.at(-1)?.seq ?? head;
    if (last < head) {
      frames.push({ type: "more", id, epoch, after: last, head });
      return { frames, isLevel: false };
    }
  }
  frames.push({ type: "ready", id, epoch, head, ...outlookOf(channel, user), here: channel.company.here() });
  return { frames, isLevel: true };
}
