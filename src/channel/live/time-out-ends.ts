// The ends of time-outs. A member who has the channel open gets their permissions again when their
// time-out ends, by the alarm. Everyone else gets them with `ready`. A channel that no timed-out
// member has open sets no alarm.
import type { HeldPolls } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { ChannelAlarm } from "../alarm";
import type { SlowMode } from "../log/slow-mode";
import { authorityOf } from "../members/authority";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { PolledUpdate } from "../turn-committed";
import type { Broadcaster } from "./broadcaster";

interface TimeOutEndParts {
  slowMode: SlowMode;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  broadcaster: Broadcaster;
  heldPolls: HeldPolls<PolledUpdate>;
  alarm: ChannelAlarm;
  now(): number;
}

export class TimeOutEnds {
  constructor(private readonly parts: TimeOutEndParts) {}

  /** Makes sure that the alarm fires when the first time-out of a connected member ends. */
  arm(): void {
    const { roster, sockets, alarm } = this.parts;
    for (const [user, until] of roster.timeOuts.ends) if (sockets.hasUser(user)) alarm.arm(until);
  }

  /** Ends the time-outs that are over, tells the members, and sets the alarm for the next one. */
  onAlarm(): void {
    const { roster, now } = this.parts;
    const over = [...roster.timeOuts.ends].filter(([, until]) => until <= now());
    for (const [user] of over) {
      const member = roster.get(user);
      if (member) roster.put({ ...member, timedOutUntil: 0 });
      this.showPermissions(user);
    }
    this.arm();
  }

  /** Sends a member of a guild what they may do now, on each of their sockets. */
  showPermissions(user: string): void {
    const { slowMode, roster, sockets, broadcaster, heldPolls } = this.parts;
    if (!roster.isMember(user)) return;
    const joined = sockets.ofUser(user).filter(({ state }) => state.joined);
    if (joined.length > 0) {
      const frame = { type: "permissions", ...authorityOf(roster, user), ...slowMode.viewOf(user) } as const;
      for (const connected of joined) broadcaster.send(connected, frame);
    }
    heldPolls.answerUser(user, true);
  }
}
