import { closeCodes, encodeFrame } from "../protocol";
import { helloFrame } from "../runtime/hello";
import type { Opener } from "../runtime/identity";
import { refusalResponse, upgradeResponse } from "../runtime/sockets";
import type { UserParts } from "./user";

/** Opens a socket for a device. Refuses with a close code. */
export function upgrade(parts: UserParts, opener: Opener): Response {
  const { tokenCutoff, sockets, presence, queryBuckets, upgradeBuckets, now } = parts;
  const { user } = opener;
  if (!upgradeBuckets.tryTake(user, now())) return refusalResponse(closeCodes.rateLimited);
  if (tokenCutoff.refuses(opener)) return refusalResponse(closeCodes.tokenStale);
  if (sockets.isBacklogFull(user)) return refusalResponse(closeCodes.tooSlow);
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  const connectedAt = now();
  const device = sockets.accept(server, { ...opener, connectedAt, active: true, watching: [] });
  presence.deviceSeen(user);
  sockets.send(device, encodeFrame(helloFrame(user, queryBuckets.rate, connectedAt)), connectedAt);
  return upgradeResponse(client);
}
