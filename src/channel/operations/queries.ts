// Runs the commands that append nothing. Handlers are synchronous by type. Each runs after the
// writes of its turn and sees all of them.
import { ChatError } from "../../domain/error";
import { type ChannelCommand, encodeReady } from "../../protocol";
import type { Channel } from "../channel";
import { readMissedEvents } from "../log/missed-events";
import { type CallParts, runCallCommand } from "./call-commands";
import type { CommandSource } from "./command-source";
import { encodedNewestPage, type HistoryParts, visiblePage } from "./history-queries";
import { encodedReads, markRead, markUnread, type ReadMarkParts } from "./read-marks";
import { type ResumeParts, resume } from "./resume";

/** What the commands that append nothing use. */
export type QueryParts = HistoryParts &
  ReadMarkParts &
  ResumeParts &
  CallParts &
  Pick<Channel, "typingSignals" | "channelPresence" | "timeOutEnds">;

type Query = Exclude<ChannelCommand, { nonce: string } | { type: "call.start" }>;
type Of<T extends Query["type"]> = Extract<Query, { type: T }>;
type Handler<C> = (channel: QueryParts, source: CommandSource, user: string, command: C) => void;

const handlers: { [T in Query["type"]]: Handler<Of<T>> } = {
  "channel.subscribe": subscribe,
  "history.page": (channel, { answer, connected, pageSize }, user, { id, query }) => {
    const encoded = connected && encodedNewestPage(channel, user, { id, query });
    if (encoded) channel.sockets.send(connected, encoded, channel.now());
    else answer({ type: "page", id, page: visiblePage(channel, user, query, pageSize) });
  },
  "read.unmark": (channel, { answer }, user, { id, seq }) =>
    answer({ type: "ack", id, seq: markUnread(channel, user, seq) }),
  "read.mark": (channel, { answer, connected }, user, { id, seq, seen = [] }) =>
    answer({ type: "ack", id, seq: markRead(channel, user, { seq, seen }, connected) }),
  "typing.start": ({ typingSignals, roster }, _, user, { thread }) => {
    if (roster.member(user).permissions.has("send")) typingSignals.signal(user, thread ?? null);
  },
  "view.set": ({ sockets, notifications }, { connected, answer }, user, { id, background }) => {
    if (connected) sockets.setState(connected, { ...connected.state, background });
    notifications.onAvailabilityChanged(user);
    answer({ type: "ack", id, seq: 0 });
  },
  "call.join": runCallCommand,
  "call.leave": runCallCommand,
  "call.decline": runCallCommand,
  "call.signal": runCallCommand,
  "call.state": runCallCommand,
  "call.roster": runCallCommand,
};

/**
 * Answers a page after the cursor. The socket joins in the turn that reads its last page, so it
 * misses no event.
 */
function subscribe(
  channel: ResumeParts & Pick<Channel, "sockets" | "timeOutEnds">,
  source: CommandSource,
  user: string,
  { id, from, hereInBatches = false, purges = false }: Of<"channel.subscribe">,
): void {
  const { connected } = source;
  if (!connected) throw new ChatError("invalid", "channel.subscribe is for sockets: GET .../events polls");
  const { missed, unfinished, ready } = resume(channel, user, { id, from, purges }, readMissedEvents);
  // What happens later does not reach a member who blocks the other person.
  const isReached = channel.roster.isReached(user);
  const joined = { joined: true, hereInBatches, purges };
  if (ready && isReached) channel.sockets.setState(connected, { ...connected.state, ...joined });
  if (missed !== null) channel.broadcaster.sendEncoded(connected, missed);
  if (unfinished) source.answer(unfinished);
  if (ready) {
    const { channelPresence, deliveredMarks } = channel;
    const lists = {
      reads: encodedReads(channel, user),
      delivered: isReached ? deliveredMarks.encoded() : "",
      here: isReached ? channelPresence.encoded() : "",
    };
    channel.sockets.send(connected, encodeReady(ready, lists), channel.now());
    deliveredMarks.raiseToHead(user);
    channel.timeOutEnds.arm();
  }
  channel.channelPresence.onSocketsChanged(user);
}

/**
 * Runs the handler of a query. The mapped type of `handlers` ensures that the handler takes this
 * command.
 */
export function runQuery<T extends Query["type"]>(
  channel: QueryParts,
  source: CommandSource,
  user: string,
  command: Of<T>,
): void {
  const handler: Handler<Of<T>> = handlers[command.type as T];
  handler(channel, source, user, command);
}
