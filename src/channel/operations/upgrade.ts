import { ChatError } from "../../domain/error";
import { closeCodes } from "../../protocol";
import { helloFrame } from "../../runtime/hello";
import type { Opener } from "../../runtime/identity";
import { refusalResponse, type SocketIndex, upgradeResponse } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/** Opens a socket for a member; everybody else is told by a close code, the same for a foreign channel and for none. */
export function upgrade(channel: Channel | null, sockets: SocketIndex<ChannelSocketState>, caller: Opener): Response {
  if (!channel) return refusalResponse(closeCodes.removed);
  try {
    channel.roster.admit(caller);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return refusalResponse(error.code === "token_expired" ? closeCodes.tokenStale : closeCodes.removed);
  }
  if (sockets.isBacklogFull(caller.user)) return refusalResponse(closeCodes.tooSlow);
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  const at = channel.now();
  const { user, session, issuedAt, device } = caller;
  const kept = { user, session, issuedAt, device, connectedAt: at, background: false, joined: false, read: 0 };
  const connected = sockets.accept(server, kept);
  channel.broadcaster.send(connected, helloFrame(user, channel.sends.rate, at));
  return upgradeResponse(client);
}
