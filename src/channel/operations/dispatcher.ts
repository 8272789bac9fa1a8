// Charges and decodes a command of a socket frame or an HTTP request, queues the command for the
// turn, and answers it.
import { tokensOfUnreadable } from "../../domain/command-costs";
import { ChatError, errorFrame, fail, type RpcResult } from "../../domain/error";
import type { Caller } from "../../domain/ports";
import { tuning } from "../../domain/tuning";
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
import { type AppendParts, appendCommand } from "./append";
import { startCall } from "./call-commands";
import { type ChargeParts, chargeCommand, chargeFrame, chargeRequest } from "./charges";
import { type CommandSource, requestSource, socketSource } from "./command-source";
import { type QueryParts, runQuery } from "./queries";

/** What a command of any kind uses. */
type DispatchParts = AppendParts &
  ChargeParts &
  QueryParts &
  Pick<Channel, "turn" | "broadcaster" | "frameBuckets" | "visitors">;

/** The most history pages of one request. They share the size of one page. */
const PAGES_PER_REQUEST = 4;
/** The most characters of each page of a request, unless one message alone is longer. */
const REQUEST_PAGE_SIZE = tuning.resumePageBytes / PAGES_PER_REQUEST;

/**
 * Decodes a frame and queues its command. Answers an unreadable frame with an error. A flood of
 * frames closes the socket. Returns the promise of the turn; undefined if nothing is left to do.
 */
export function dispatchFrame(
  channel: DispatchParts,
  connected: ConnectedSocket<ChannelSocketState>,
  frame: string,
): Promise<void> | undefined {
  const { user } = connected.state;
  if (!chargeFrame(channel, user, frame.length)) {
    channel.sockets.close(connected, closeCodes.rateLimited, "too many frames");
    return undefined;
  }
  const decoded = decodeChannelCommand(frame);
  if (decoded.ok) return dispatch(channel, socketSource(channel, connected), decoded.value, frame.length);
  // Decoding costs time, so a socket that sends many unreadable frames is closed.
  if (channel.queryBuckets.charge(user, channel.now(), tokensOfUnreadable(frame.length))) {
    channel.sockets.close(connected, closeCodes.unreadable, "too many unreadable frames");
  } else {
    channel.broadcaster.send(connected, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
  }
  return undefined;
}

/**
 * Queues the commands of a request in their order. Returns one answer for each, in the same order.
 * Throws `rate_limited` if the requests of this member held too many commands.
 */
export async function dispatchCommands(
  channel: DispatchParts,
  caller: Caller,
  commands: unknown[],
): Promise<ServerFrame[]> {
  chargeRequest(channel, caller.user, commands.length);
  const answers: ServerFrame[] = [];
  let pages = 0;
  const dispatched = commands.map(async (raw, index) => {
    const answer = (frame: ServerFrame) => {
      answers[index] = frame;
    };
    const decoded = readChannelCommand(raw);
    if (!decoded.ok) return answer(refuseUnreadable(channel, caller, raw, decoded));
    const command = decoded.value;
    if (command.type === "history.page" && ++pages > PAGES_PER_REQUEST) {
      return answer(errorFrame(fail(new ChatError("rate_limited", "too many pages at once", 100)), command.id));
    }
    const bytes = "text" in command ? command.text.length : 0;
    await dispatch(channel, requestSource(channel, caller, answer, REQUEST_PAGE_SIZE), command, bytes);
    // A socket answers nothing to `typing.start`. A request has a place for each answer.
    answers[index] ??= { type: "ack", id: command.id, seq: 0 };
  });
  await Promise.all(dispatched);
  return answers;
}

/** Charges for an unreadable command of a request, as for an unreadable frame. */
function refuseUnreadable(
  { queryBuckets, now }: Pick<Channel, "queryBuckets" | "now">,
  { user }: Caller,
  raw: unknown,
  { code, detail, id }: Extract<Decoded<never>, { ok: false }>,
): ServerFrame {
  const cost = tokensOfUnreadable(JSON.stringify(raw).length);
  const isOverdrawn = queryBuckets.charge(user, now(), cost);
  return errorFrame(fail(isOverdrawn ? new ChatError("rate_limited") : new ChatError(code, detail)), id);
}

function dispatch(
  channel: DispatchParts,
  source: CommandSource,
  command: ChannelCommand,
  bytes: number,
): Promise<void> | undefined {
  const refuse = (failure: RpcResult<never>) => source.answer(errorFrame(failure, command.id));
  const abandon = () => refuse(fail(new ChatError("temporary")));
  try {
    chargeCommand(channel, source.user, command.type);
  } catch (error) {
    refuse(fail(error));
    return undefined;
  }
  if ("nonce" in command) {
    const answer = (result: RpcResult<Appended>) => acknowledge(channel, source, command, result);
    const write = () => appendCommand(channel, source.admit, { identifiedBy: "nonce", command }, answer);
    const work = { kind: "write", bytes, write, abandon } as const;
    // Null outside of large channels, and in them for nearly every message.
    const lookup = "text" in command ? channel.visitors.lookUp(source.user, command.text) : null;
    if (lookup === null) return channel.turn.enqueue(work);
    return lookup.then(
      () => channel.turn.enqueue(work),
      (error) => refuse(fail(error)),
    );
  }
  if (command.type === "call.start") {
    return channel.turn.enqueue({ kind: "write", bytes, write: () => startCall(channel, source, command), abandon });
  }
  const read = () => {
    try {
      const { user } = source.admit();
      runQuery(channel, source, user, command);
    } catch (error) {
      if (!(error instanceof ChatError)) logError("query.failed", error, { command: command.type });
      refuse(fail(error));
    }
  };
  return channel.turn.enqueue({ kind: "read", bytes, read, abandon });
}

/** Acknowledges an appended command. For a joined socket the event is the acknowledgement. */
function acknowledge(
  { sockets }: Pick<Channel, "sockets">,
  { connected, answer }: CommandSource,
  command: ChannelCommand,
  result: RpcResult<Appended>,
): void {
  if (!result.ok) {
    answer(errorFrame(result, command.id));
    return;
  }
  // Sending marks everything before it as read, and the socket state keeps that mark.
  if (connected && command.type === "message.send" && sockets.get(connected.socket)) {
    const read = Math.max(connected.state.read, result.value.seq);
    sockets.setState(connected, { ...connected.state, read });
  }
  if (result.value.duplicate || !connected?.state.joined) {
    answer({ type: "ack", id: command.id, seq: result.value.seq });
  }
}
