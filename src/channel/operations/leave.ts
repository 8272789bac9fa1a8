import type { SocketIndex } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/** A socket closed: what only its attachment holds is kept, and its person's other devices are due again. */
export function leave(channel: Channel | null, sockets: SocketIndex<ChannelSocketState>, socket: WebSocket): void {
  const connected = sockets.get(socket);
  if (connected) {
    sockets.remove(connected);
    channel?.fanOut.left(connected.state.user);
    return;
  }
  // It closed while the object slept, so it is in no index.
  const left = sockets.stateOf(socket);
  if (!left || !channel?.roster.get(left.user)) return;
  if (channel.memberStates.raise(left.user, left.read, channel.log.head)) channel.memberStates.save(channel.now());
  channel.fanOut.left(left.user);
}
