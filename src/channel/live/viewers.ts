// Finds who has the channel open, from the sockets and held polls.
import { limits } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { ChannelSocketState } from "../members/socket-state";

export class Viewers {
  constructor(
    private readonly sockets: SocketIndex<ChannelSocketState>,
    private readonly heldPolls: HeldPolls<true>,
    private readonly now: () => number,
  ) {}

  /**
   * Whether a device of a member shows the channel. A socket without a heartbeat does not count.
   */
  isViewing(user: string): boolean {
    const now = this.now();
    const isShown = this.sockets.ofUser(user).some((connected) => {
      const { joined, background } = connected.state;
      return joined && !background && now - this.sockets.lastSeenAt(connected) < limits.leaseMs;
    });
    return isShown || this.heldPolls.hasUser(user);
  }

  /** Whether a device of a member has a socket or a held poll. */
  hasDevice(user: string): boolean {
    return this.sockets.hasUser(user) || this.heldPolls.hasUser(user);
  }

  /**
   * Returns the devices of a member that get the broadcast. Omits sockets that do not name their
   * device.
   */
  devicesOf(user: string): string[] {
    return this.sockets.ofUser(user).flatMap(({ state: { joined, device } }) => (joined && device ? [device] : []));
  }

  /** Returns the highest read mark in the states of open sockets, by user. */
  socketMarks(): Map<string, number> {
    const marks = new Map<string, number>();
    for (const { state } of this.sockets.all()) {
      marks.set(state.user, Math.max(state.read, marks.get(state.user) ?? 0));
    }
    return marks;
  }
}
