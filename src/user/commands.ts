// Runs the commands of a device on its user socket.
import { ChatError, errorFrame, fail } from "../domain/error";
import { decodeUserCommand, type FrameOf, type ServerFrame, type UserCommand } from "../protocol";
import { toRpcResult } from "../runtime/rpc-result";
import type { ConnectedSocket } from "../runtime/sockets";
import { syncInbox } from "./inbox-sync";
import type { UserSocketState } from "./socket-state";
import type { UserParts } from "./user";

type Device = ConnectedSocket<UserSocketState>;

/** Runs the command in a frame and returns the frame that answers it. */
export async function answerFrame(parts: UserParts, device: Device, text: string): Promise<ServerFrame> {
  const decoded = decodeUserCommand(text);
  if (!decoded.ok) return errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id);
  const answer = await toRpcResult("user.command", () => run(parts, device, decoded.value));
  return answer.ok ? answer.value : errorFrame(answer, decoded.value.id);
}

async function run(parts: UserParts, device: Device, command: UserCommand): Promise<ServerFrame> {
  const { user } = device.state;
  parts.queryBuckets.take(user, parts.now());
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
