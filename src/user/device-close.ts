// The close of devices: by themselves, or because their session has ended. A device that was closed
// on purpose leaves at once. After any other close the grace period begins.
import type { EndedSessions } from "../domain/ports";
import type { UserParts } from "./user";

/** The close code of a client that disconnects on purpose. */
const NORMAL_CLOSURE = 1000;

/**
 * Closes the devices of ended sessions, refuses their access tokens and ends held polls. The order:
 * first the cutoff, because a held poll that ends checks its access token again and is refused if
 * the token is too old.
 */
export function endSessions(
  { tokenCutoff, devices, closeIntent }: Pick<UserParts, "tokenCutoff" | "devices" | "closeIntent">,
  ended: EndedSessions,
): void {
  tokenCutoff.raise(ended.tokensFrom);
  closeIntent.during(true, () => devices.sockets.closeEnded(ended));
  devices.heldPolls.answerAll({ type: "inbox", rows: [], more: false });
}

/** Handles the close event of a socket. `code` is its close code. */
export function releaseDevice(
  { devices, presence, closeIntent }: Pick<UserParts, "devices" | "presence" | "closeIntent">,
  socket: WebSocket,
  code: number,
): void {
  const device = devices.sockets.get(socket);
  // Not in the index: it closed while the object hibernated, or the object closed it.
  const state = device ? null : devices.sockets.stateOf(socket);
  closeIntent.during(code === NORMAL_CLOSURE, () => {
    if (device) devices.sockets.remove(device);
    else if (state) presence.deviceLeft(state.user, closeIntent.isIntended);
  });
}
