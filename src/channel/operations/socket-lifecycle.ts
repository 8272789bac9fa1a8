// Opens the sockets of members, and handles their close.
import { ChatError } from "../../domain/error";
import { closeCodes } from "../../protocol";
import { helloFrame } from "../../runtime/hello";
import type { Opener } from "../../runtime/identity";
import { answerClose, refusalResponse, type SocketIndex, upgradeResponse } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";

/**
 * Opens a socket for a member. Refuses everyone else with a close code, which does not reveal
 * whether the channel exists.
 */
export function openSocket(
  channel: Pick<Channel, "roster" | "upgradeBuckets" | "sendBuckets" | "broadcaster" | "now"> | null,
  sockets: SocketIndex<ChannelSocketState>,
  caller: Opener,
): Response {
  if (!channel) return refusalResponse(closeCodes.removed);
  try {
    channel.roster.admit(caller);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return refusalResponse(error.code === "token_expired" ? closeCodes.tokenStale : closeCodes.removed);
  }
  if (!channel.upgradeBuckets.tryTake(caller.user, channel.now())) return refusalResponse(closeCodes.rateLimited);
  if (sockets.isBacklogFull(caller.user)) return refusalResponse(closeCodes.tooSlow);
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  const at = channel.now();
  const { user, session, issuedAt, device } = caller;
  const state = {
    user,
    session,
    issuedAt,
    device,
    connectedAt: at,
    background: false,
    joined: false,
    hereInBatches: false,
    purges: false,
    read: 0,
    seen: [],
  };
  const connected = sockets.accept(server, state);
  channel.broadcaster.send(connected, helloFrame(user, channel.sendBuckets.rate, at));
  return upgradeResponse(client);
}

/** Refuses a socket because the directory does not say whether its user may open it. */
export const refuseVisit = (): Response => refusalResponse(closeCodes.restarted);

/**
 * Handles the close of a socket: answers it, saves the read mark that only the socket's state held,
 * and delivers to the member's other devices.
 */
export function closeSocket(
  channel: Pick<
    Channel,
    "roster" | "memberStates" | "stateSaver" | "inboxRows" | "log" | "fanOut" | "calls" | "now"
  > | null,
  sockets: SocketIndex<ChannelSocketState>,
  { socket, code, reason }: { socket: WebSocket; code: number; reason: string },
): void {
  answerClose(socket, code, reason);
  const connected = sockets.get(socket);
  if (connected) {
    sockets.remove(connected);
    channel?.fanOut.onSocketClosed(connected.state.user);
    return;
  }
  // The socket is not in the index: it closed while the object hibernated, or the object closed it.
  const state = sockets.stateOf(socket);
  if (!state || !channel?.roster.get(state.user)) return;
  channel.calls.onSocketClosed(state);
  const isRaised = channel.memberStates.raise(state.user, state.read, channel.log.head);
  if (channel.inboxRows.unseen.markSeen(state.user, state.seen) || isRaised)
    channel.stateSaver.saveStateOf(state.user, channel.now());
  channel.fanOut.onSocketClosed(state.user);
}
