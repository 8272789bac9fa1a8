// From a command to its place in the turn, whoever brought it: a frame of a socket, or a request over HTTP.
import { ChatError, errorFrame, fail, type RpcResult } from "../../domain/error";
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
import { logError } from "../../runtime/logger";
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Channel } from "../channel";
import type { ChannelSocketState } from "../members/socket-state";
import { attemptAppend } from "./append";
import type { CommandSource } from "./command-source";
import { handleQuery } from "./query-handlers";

/** Characters of an unreadable frame that cost as much as one question. */
const BYTES_PER_TOKEN = 16_384;
/** Pages of history that one request may ask for: each may hold 256 KiB of text, and all are in memory at once. */
const PAGES = 4;

/** Decodes a frame and queues it. A frame that cannot be read is answered to its sender and hurts nobody else. */
export function dispatchFrame(
  channel: Channel,
  connected: ConnectedSocket<ChannelSocketState>,
  frame: string,
): Promise<void> {
  const decoded = decodeChannelCommand(frame);
  if (decoded.ok) return perform(channel, askerAt(channel, connected), decoded.value, frame.length);
  // Reading it was work: whoever sends much of it is closed before others feel it.
  if (channel.queries.charge(connected.state.user, channel.now(), 1 + frame.length / BYTES_PER_TOKEN)) {
    channel.sockets.close(connected, closeCodes.unreadable, "too many unreadable frames");
  } else {
    channel.broadcaster.send(connected, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
  }
  return Promise.resolve();
}

/** Performs the commands of a request in their order and answers each in its place. */
export async function dispatchCommands(channel: Channel, caller: Caller, commands: unknown[]): Promise<ServerFrame[]> {
  const answers: ServerFrame[] = [];
  let pages = 0;
  const performed = commands.map((raw, cursorState) => {
    const answer = (frame: ServerFrame) => {
      answers[cursorState] = frame;
    };
    const decoded = readChannelCommand(raw);
    if (!decoded.ok) return answer(refusalOfUnreadable(channel, caller, raw, decoded));
    const command = decoded.value;
    if (command.type === "history.page" && ++pages > PAGES) {
      return answer(errorFrame(fail(new ChatError("rate_limited", "too many pages at once", 100)), command.id));
    }
    const source = { connected: null, admit: () => channel.roster.admit(caller), answer };
    return perform(channel, source, command, "text" in command ? command.text.length : 0);
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
  const isOverdrawn = channel.queries.charge(user, channel.now(), cost);
  return errorFrame(fail(isOverdrawn ? new ChatError("rate_limited") : new ChatError(code, detail)), id);
}

function perform(channel: Channel, source: CommandSource, command: ChannelCommand, bytes: number): Promise<void> {
  const refuse = (failure: RpcResult<never>) => source.answer(errorFrame(failure, command.id));
  const abandon = () => refuse(fail(new ChatError("temporary")));
  if ("nonce" in command) {
    const answer = (result: RpcResult<Appended>) => acknowledge(channel, source, command, result);
    const attempt = () => attemptAppend(channel, source.admit, { identifiedBy: "nonce", command }, answer);
    return channel.turn.enqueue({ kind: "write", bytes, attempt, abandon });
  }
  const run = () => {
    try {
      const { user } = source.admit();
      channel.queries.take(user, channel.now());
      handleQuery(channel, source, user, command);
    } catch (error) {
      if (!(error instanceof ChatError)) logError("ask.failed", error, { command: command.type });
      refuse(fail(error));
    }
  };
  return channel.turn.enqueue({ kind: "read", bytes, run, abandon });
}

/** A socket that has been given up meanwhile asks for nothing more: its person was removed or its session ended. */
function askerAt(channel: Channel, connected: ConnectedSocket<ChannelSocketState>): CommandSource {
  return {
    connected,
    admit: () => {
      if (!channel.sockets.get(connected.socket)) throw new ChatError("not_found");
      return channel.roster.member(connected.state.user);
    },
    answer: (frame) => channel.broadcaster.send(connected, frame),
  };
}

/** A sender who takes part in the broadcast has the event itself as acknowledgement; a separate one is for the rest. */
function acknowledge(
  channel: Channel,
  { connected, answer }: CommandSource,
  command: ChannelCommand,
  result: RpcResult<Appended>,
): void {
  if (!result.ok) {
    answer(errorFrame(result, command.id));
    return;
  }
  // Sending reads, and the attachment remembers it.
  if (connected && command.type === "message.send" && channel.sockets.get(connected.socket)) {
    const read = Math.max(connected.state.read, result.value.seq);
    channel.sockets.setState(connected, { ...connected.state, read });
  }
  if (result.value.duplicate || !connected?.state.joined) {
    answer({ type: "ack", id: command.id, seq: result.value.seq });
  }
}
