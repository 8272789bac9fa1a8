// Runs the commands of a device on its user socket.
import { commandCosts, tokensOfFrame, tokensOfUnreadable } from "../domain/command-costs";
import { ChatError, errorFrame, fail } from "../domain/error";
import { closeCodes, decodeUserCommand, type FrameOf, type ServerFrame, type UserCommand } from "../protocol";
import { toRpcResult } from "../runtime/rpc-result";
import type { ConnectedSocket } from "../runtime/sockets";
import { syncInbox } from "./inbox-sync";
import type { UserSocketState } from "./socket-state";
import type { UserParts } from "./user";

type Device = ConnectedSocket<UserSocketState>;

/**
 * Charges a frame and runs its command. Returns the frame that answers it; null if the socket is
 * closed, because the person sent too much.
 */
export async function answerFrame(parts: UserParts, device: Device, text: string): Promise<ServerFrame | null> {
  const { sockets, frameBuckets, queryBuckets, now } = parts;
  const { user } = device.state;
  if (frameBuckets.charge(user, now(), tokensOfFrame(text.length))) {
    sockets.close(device, closeCodes.rateLimited, "too many frames");
    return null;
  }
  const decoded = decodeUserCommand(text);
  if (!decoded.ok) {
    // Decoding costs time, so a socket that sends many unreadable frames is closed.
    if (queryBuckets.charge(user, now(), tokensOfUnreadable(text.length))) {
      sockets.close(device, closeCodes.unreadable, "too many unreadable frames");
      return null;
    }
    return errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id);
  }
  const answer = await toRpcResult("user.command", () => run(parts, device, decoded.value));
  return answer.ok ? answer.value : errorFrame(answer, decoded.value.id);
}

async function run(parts: UserParts, device: Device, command: UserCommand): Promise<ServerFrame> {
  const { user } = device.state;
  parts.queryBuckets.take(user, parts.now(), commandCosts[command.type].tokens);
  switch (command.type) {
    case "inbox.sync":
      return syncInbox(parts, user, command);
    case "presence.watch":
      return parts.watches.watch(device, user, command.users, command.id);
    case "presence.active":
      return setActive(parts, device, command.active, command.id);
  }
}

function setActive({ sockets, presence }: UserParts, device: Device, active: boolean, id: string): FrameOf<"ack"> {
  if (device.state.active !== active) {
    sockets.setState(device, { ...device.state, active });
    presence.deviceSeen(device.state.user);
  }
  return { type: "ack", id, seq: 0 };
}
