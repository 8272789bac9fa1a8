// Who has the channel open, by their sockets and polls.
import { limits } from "../../protocol";
import type { WaitingRoom } from "../../runtime/held-polls";
import type { SocketIndex } from "../../runtime/sockets";
import type { Attachment } from "../members/socket-state";

export class Onlookers {
  constructor(
    private readonly sockets: SocketIndex<Attachment>,
    private readonly pollers: WaitingRoom<true>,
    private readonly now: () => number,
  ) {}

  /** A device shows the channel to somebody, and has not fallen silent. */
  isLooking(user: string): boolean {
    const now = this.now();
    const isShown = this.sockets.ofUser(user).some((attached) => {
      const { joined, background } = attached.attachment;
      return joined && !background && now - this.sockets.heardAt(attached) < limits.leaseMs;
    });
    return isShown || this.pollers.has(user);
  }

  /** The devices of theirs that take part, as far as they tell which they are. */
  devicesOf(user: string): string[] {
    return this.sockets
      .ofUser(user)
      .flatMap(({ attachment: { joined, device } }) => (joined && device ? [device] : []));
  }

  /** What open sockets would remember of their people's marks. */
  heldMarks(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { attachment } of this.sockets.all()) {
      held.set(attachment.user, Math.max(attachment.read, held.get(attachment.user) ?? 0));
    }
    return held;
  }
}
