// From a command to its place in the turn, whoever brought it: a frame of a socket, or a request over HTTP.
import { type Answer, ChatError, errorFrame, fail } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import {
  type Appended,
  type ChannelCommand,
  closeCodes,
  type Decoded,
  decodeChannelCommand,
  readChannelCommand,
  type ServerFrame,
} from "../../protocol";
import { logFault } from "../../runtime/logger";
import type { Attached } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { Attachment } from "../members/socket-state";
import { attemptAppend } from "./append";
import type { Asker } from "./command-source";
import { handleAsk } from "./query-handlers";

/** Characters of an unreadable frame that cost as much as one question. */
const BYTES_PER_TOKEN = 16_384;
/** Pages of history that one request may ask for: each may hold 256 KiB of text, and all are in memory at once. */
const PAGES = 4;

/** Decodes a frame and queues it. A frame that cannot be read is answered to its sender and hurts nobody else. */
export function receive(channel: Channel, attached: Attached<Attachment>, frame: string): Promise<void> {
  const decoded = decodeChannelCommand(frame);
  if (decoded.ok) return perform(channel, askerAt(channel, attached), decoded.value, frame.length);
  // Reading it was work: whoever sends much of it is closed before others feel it.
  if (channel.asks.charge(attached.attachment.user, channel.now(), 1 + frame.length / BYTES_PER_TOKEN)) {
    channel.sockets.close(attached, closeCodes.unreadable, "too many unreadable frames");
  } else {
    channel.relay.send(attached, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
  }
  return Promise.resolve();
}

/** Performs the commands of a request in their order and answers each in its place. */
export async function receiveAll(channel: Channel, caller: Caller, commands: unknown[]): Promise<ServerFrame[]> {
  const answers: ServerFrame[] = [];
  let pages = 0;
  const performed = commands.map((raw, place) => {
    const answer = (frame: ServerFrame) => {
      answers[place] = frame;
    };
    const decoded = readChannelCommand(raw);
    if (!decoded.ok) return answer(refusalOfUnreadable(channel, caller, raw, decoded));
    const command = decoded.value;
    if (command.type === "history.page" && ++pages > PAGES) {
      return answer(errorFrame(fail(new ChatError("rate_limited", "too many pages at once", 100)), command.id));
    }
    const asker = { attached: null, admit: () => channel.roster.admit(caller), answer };
    return perform(channel, asker, command, "text" in command ? command.text.length : 0);
  });
  await Promise.all(performed);
  return answers;
}

/** Reading it was work here too. */
function refusalOfUnreadable(
  channel: Channel,
  { user }: Caller,
  raw: unknown,
  { code, detail, id }: Extract<Decoded<never>, { ok: false }>,
): ServerFrame {
  const cost = 1 + JSON.stringify(raw).length / BYTES_PER_TOKEN;
  const isOverdrawn = channel.asks.charge(user, channel.now(), cost);
  return errorFrame(fail(isOverdrawn ? new ChatError("rate_limited") : new ChatError(code, detail)), id);
}

function perform(channel: Channel, asker: Asker, command: ChannelCommand, bytes: number): Promise<void> {
  const refuse = (failure: Answer<never>) => asker.answer(errorFrame(failure, command.id));
  const abandon = () => refuse(fail(new ChatError("temporary")));
  if ("nonce" in command) {
    const answer = (result: Answer<Appended>) => acknowledge(channel, asker, command, result);
    const attempt = () => attemptAppend(channel, asker.admit, { by: "nonce", command }, answer);
    return channel.turn.enqueue({ kind: "write", bytes, attempt, abandon });
  }
  const run = () => {
    try {
      const { user } = asker.admit();
      channel.asks.take(user, channel.now());
      handleAsk(channel, asker, user, command);
    } catch (error) {
      if (!(error instanceof ChatError)) logFault("ask.failed", error, { command: command.type });
      refuse(fail(error));
    }
  };
  return channel.turn.enqueue({ kind: "read", bytes, run, abandon });
}

/** A socket that has been given up meanwhile asks for nothing more: its person was removed or its session ended. */
function askerAt(channel: Channel, attached: Attached<Attachment>): Asker {
  return {
    attached,
    admit: () => {
      if (!channel.sockets.get(attached.socket)) throw new ChatError("not_found");
      return channel.roster.member(attached.attachment.user);
    },
    answer: (frame) => channel.relay.send(attached, frame),
  };
}

/** A sender who takes part in the broadcast has the event itself as acknowledgement; a separate one is for the rest. */
function acknowledge(
  channel: Channel,
  { attached, answer }: Asker,
  command: ChannelCommand,
  result: Answer<Appended>,
): void {
  if (!result.ok) {
    answer(errorFrame(result, command.id));
    return;
  }
  // Sending reads, and the attachment remembers it.
  if (attached && command.type === "message.send" && channel.sockets.get(attached.socket)) {
    const read = Math.max(attached.attachment.read, result.value.seq);
    channel.sockets.keep(attached, { ...attached.attachment, read });
  }
  if (result.value.duplicate || !attached?.attachment.joined) {
    answer({ type: "ack", id: command.id, seq: result.value.seq });
  }
}
