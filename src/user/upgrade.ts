import { closeCodes, encodeFrame } from "../protocol";
import type { Opener } from "../runtime/identity";
import { refusalResponse, upgradeResponse } from "../runtime/sockets";
import type { UserParts } from "./user";

/**
 * Opens a socket for a device. Refuses with a close code. The order: the device is connected before
 * presence is evaluated, and the first frame follows the update of the watchers.
 */
export function upgrade(
  { rates, tokenCutoff, devices, presence }: Pick<UserParts, "rates" | "tokenCutoff" | "devices" | "presence">,
  opener: Opener,
): Response {
  const { user } = opener;
  if (!rates.tryUpgrade(user)) return refusalResponse(closeCodes.rateLimited);
  if (tokenCutoff.refuses(opener)) return refusalResponse(closeCodes.tokenStale);
  if (devices.sockets.isBacklogFull(user)) return refusalResponse(closeCodes.tooSlow);
  const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
  const device = devices.accept(server, opener);
  presence.deviceSeen(user);
  devices.send(device, encodeFrame(rates.hello(user)));
  return upgradeResponse(client);
}
