// Runs the commands of a device on its user socket.
import { commandCosts } from "../domain/command-costs";
import { ChatError, errorFrame, fail } from "../domain/error";
import { closeCodes, decodeUserCommand, type ServerFrame, type UserCommand } from "../protocol";
import { toRpcResult } from "../runtime/rpc-result";
import type { Device } from "./devices";
import type { UserParts } from "./user";

type DecodedCommand = ReturnType<typeof decodeUserCommand>;

/**
 * Charges and decodes a frame. Returns null if the socket is closed, because the person sent too
 * much.
 */
export function decodeFrame(
  { rates, devices }: Pick<UserParts, "rates" | "devices">,
  device: Device,
  text: string,
): DecodedCommand | null {
  const { user } = device.state;
  if (rates.chargeFrame(user, text.length)) {
    devices.sockets.close(device, closeCodes.rateLimited, "too many frames");
    return null;
  }
  const decoded = decodeUserCommand(text);
  // Decoding costs time, so a socket that sends many unreadable frames is closed.
  if (!decoded.ok && rates.chargeUnreadable(user, text.length)) {
    devices.sockets.close(device, closeCodes.unreadable, "too many unreadable frames");
    return null;
  }
  return decoded;
}

type CommandParts = Pick<UserParts, "rates" | "sync" | "watches" | "presence">;

/** Runs a decoded command. Returns the frame that answers it. */
export async function answerCommand(
  parts: CommandParts,
  device: Device,
  decoded: DecodedCommand,
): Promise<ServerFrame> {
  if (!decoded.ok) return errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id);
  const answer = await toRpcResult("user.command", () => run(parts, device, decoded.value));
  return answer.ok ? answer.value : errorFrame(answer, decoded.value.id);
}

async function run(
  { rates, sync, watches, presence }: CommandParts,
  device: Device,
  command: UserCommand,
): Promise<ServerFrame> {
  const { user } = device.state;
  rates.takeQuery(user, commandCosts[command.type].tokens);
  switch (command.type) {
    case "inbox.sync":
      return sync.sync(user, command);
    case "presence.watch":
      return watches.watch(device, user, command.users, command.id);
    case "presence.active":
      presence.deviceActive(device, command.active);
      return { type: "ack", id: command.id, seq: 0 };
  }
}
