import type { SocketIndex } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { Attachment } from "../members/socket-state";

/** A socket closed: what only its attachment holds is kept, and its person's other devices are due again. */
export function leave(channel: Channel | null, sockets: SocketIndex<Attachment>, socket: WebSocket): void {
  const attached = sockets.get(socket);
  if (attached) {
    sockets.leave(attached);
    channel?.fanOut.left(attached.attachment.user);
    return;
  }
  // It closed while the object slept, so it is in no index.
  const left = sockets.attachmentOf(socket);
  if (!left || !channel?.roster.get(left.user)) return;
  if (channel.standing.raise(left.user, left.read, channel.log.head)) channel.standing.save(channel.now());
  channel.fanOut.left(left.user);
}
