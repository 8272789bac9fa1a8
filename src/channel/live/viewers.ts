// Who has the channel open, by their sockets and polls.
import { limits } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { ChannelSocketState } from "../members/socket-state";

export class Viewers {
  constructor(
    private readonly sockets: SocketIndex<ChannelSocketState>,
    private readonly pollers: HeldPolls<true>,
    private readonly now: () => number,
  ) {}

  /** A device shows the channel to somebody, and has not fallen silent. */
  isViewing(user: string): boolean {
    const now = this.now();
    const isShown = this.sockets.ofUser(user).some((connected) => {
      const { joined, background } = connected.state;
      return joined && !background && now - this.sockets.lastSeenAt(connected) < limits.leaseMs;
    });
    return isShown || this.pollers.hasUser(user);
  }

  /** The devices of theirs that take part, as far as they tell which they are. */
  devicesOf(user: string): string[] {
    return this.sockets.ofUser(user).flatMap(({ state: { joined, device } }) => (joined && device ? [device] : []));
  }

  /** What open sockets would remember of their people's marks. */
  socketMarks(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { state } of this.sockets.all()) {
      held.set(state.user, Math.max(state.read, held.get(state.user) ?? 0));
    }
    return held;
  }
}
