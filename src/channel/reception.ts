// From a frame to its place in the turn.
import { type Answer, ChatError, errorFrame, fail } from "../domain/error";
import type { MirroredMember } from "../domain/roster";
import { type Appended, type ChannelCommand, closeCodes, decodeChannelCommand } from "../protocol";
import { logFault } from "../runtime/log";
import type { Attached } from "../runtime/sockets";
import { attemptAppend } from "./append";
import type { Attachment } from "./attachment";
import type { Channel } from "./channel";
import { handleAsk } from "./handlers";

/** Characters of an unreadable frame that cost as much as one question. */
const BYTES_PER_TOKEN = 16_384;

/** Decodes a frame and queues it. A frame that cannot be read is answered to its sender and hurts nobody else. */
export function receive(channel: Channel, attached: Attached<Attachment>, frame: string): Promise<void> {
  const refuse = (failure: Answer<never>, id: string | undefined) => channel.send(attached, errorFrame(failure, id));
  const decoded = decodeChannelCommand(frame);
  if (!decoded.ok) {
    // Reading it was work: whoever sends much of it is closed before others feel it.
    if (channel.asks.charge(attached.attachment.user, channel.now(), 1 + frame.length / BYTES_PER_TOKEN)) {
      channel.sockets.close(attached, closeCodes.unreadable, "too many unreadable frames");
    } else refuse(fail(new ChatError(decoded.code, decoded.detail)), decoded.id);
    return Promise.resolve();
  }
  const command = decoded.value;
  const abandon = () => refuse(fail(new ChatError("temporary")), command.id);
  if ("nonce" in command) {
    const answer = (result: Answer<Appended>) => acknowledge(channel, attached, command, result);
    const admit = () => memberBehind(channel, attached);
    const attempt = () => attemptAppend(channel, admit, { by: "nonce", command }, answer);
    return channel.turn.enqueue({ kind: "write", bytes: frame.length, attempt, abandon });
  }
  const run = () => {
    try {
      const { user } = memberBehind(channel, attached);
      channel.asks.take(user, channel.now());
      handleAsk(channel, attached, command);
    } catch (error) {
      if (!(error instanceof ChatError)) logFault("ask.failed", error, { command: command.type });
      refuse(fail(error), command.id);
    }
  };
  return channel.turn.enqueue({ kind: "read", bytes: frame.length, run, abandon });
}

/** Throws `not_found` for a socket that has been given up meanwhile: its person was removed or its session ended. */
function memberBehind(channel: Channel, attached: Attached<Attachment>): MirroredMember {
  if (!channel.sockets.get(attached.socket)) throw new ChatError("not_found");
  return channel.roster.member(attached.attachment.user);
}

/** A sender who takes part in the broadcast has the event itself as acknowledgement; a separate one is for the rest. */
function acknowledge(
  channel: Channel,
  attached: Attached<Attachment>,
  command: ChannelCommand,
  result: Answer<Appended>,
): void {
  if (!result.ok) {
    channel.send(attached, errorFrame(result, command.id));
    return;
  }
  // Sending reads, and the attachment remembers it.
  if (command.type === "message.send" && channel.sockets.get(attached.socket)) {
    const read = Math.max(attached.attachment.read, result.value.seq);
    channel.sockets.keep(attached, { ...attached.attachment, read });
  }
  if (result.value.duplicate || !attached.attachment.joined) {
    channel.send(attached, { type: "ack", id: command.id, seq: result.value.seq });
  }
}
