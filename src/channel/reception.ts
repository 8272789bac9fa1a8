// From a frame to its place in the turn.
import { type Answer, ChatError, errorFrame, fail } from "../domain/error";
import { type Appended, type ChannelCommand, decodeChannelCommand } from "../protocol";
import { logFault } from "../runtime/log";
import type { Attached } from "../runtime/sockets";
import { attemptAppend } from "./append";
import type { Attachment } from "./attachment";
import type { Channel } from "./channel";
import { handleAsk } from "./handlers";

/** Decodes a frame and queues it. A frame that cannot be read is answered to its sender and hurts nobody else. */
export function receive(channel: Channel, attached: Attached<Attachment>, frame: string): Promise<void> {
  const refuse = (failure: Answer<never>, id: string | undefined) => channel.send(attached, errorFrame(failure, id));
  const decoded = decodeChannelCommand(frame);
  if (!decoded.ok) {
    refuse(fail(new ChatError(decoded.code, decoded.detail)), decoded.id);
    return Promise.resolve();
  }
  const command = decoded.value;
  const abandon = () => refuse(fail(new ChatError("temporary")), command.id);
  if ("nonce" in command) {
    const answer = (result: Answer<Appended>) => acknowledge(channel, attached, command, result);
    const admit = () => channel.roster.member(attached.attachment.user);
    const attempt = () => attemptAppend(channel, admit, { by: "nonce", command }, answer);
    return channel.turn.enqueue({ kind: "write", bytes: frame.length, attempt, abandon });
  }
  const run = () => {
    try {
      channel.asks.take(attached.attachment.user, channel.now());
      channel.roster.member(attached.attachment.user);
      handleAsk(channel, attached, command);
    } catch (error) {
      if (!(error instanceof ChatError)) logFault("ask.failed", error, { command: command.type });
      refuse(fail(error), command.id);
    }
  };
  return channel.turn.enqueue({ kind: "read", bytes: frame.length, run, abandon });
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
  } else if (result.value.duplicate || !attached.attachment.joined) {
    channel.send(attached, { type: "ack", id: command.id, seq: result.value.seq });
  }
}
