// Runs the commands of calls. A call begins in the turn that writes its entry; everything else is
// kept in the memory of the object and in the states of the sockets.
import { capacityOf, nextPeerNumber, requireMedia, requireRoom } from "../../domain/calls";
import { ChatError, errorFrame, fail } from "../../domain/error";
import type { CallAdmission, Caller } from "../../domain/ports";
import {
  type CallAnswer,
  type CallCommand,
  type CallMedia,
  type CallPermission,
  channelKinds,
  type FrameOf,
} from "../../protocol";
import type { ConnectedSocket } from "../../runtime/sockets";
import { beginCall } from "../calls/call-entries";
import { readCallToken, signCallToken } from "../calls/call-tokens";
import type { Calls } from "../calls/calls";
import { type Peer, shownPeer } from "../calls/peers";
import type { Channel } from "../channel";
import type { TurnResult } from "../log/turn";
import { callPermissionsOf } from "../members/authority";
import type { ChannelSocketState } from "../members/socket-state";
import type { CommandSource } from "./command-source";

/** What the commands of calls use. */
export type CallParts = Pick<Channel, "calls" | "log" | "roster" | "now">;

type CallStart = Extract<CallCommand, { type: "call.start" }>;
type CallSocket = ConnectedSocket<ChannelSocketState>;
type Query = Exclude<CallCommand, CallStart>;
type Of<T extends Query["type"]> = Extract<Query, { type: T }>;
type Handler<C> = (channel: CallParts, source: CommandSource, user: string, command: C) => void;

/**
 * Starts a call inside the transaction of its turn, or joins the one that is on. Answers refusals;
 * throws only faults.
 */
export function startCall(channel: CallParts, source: CommandSource, command: CallStart): TurnResult {
  const { calls } = channel;
  const refuse = (error: unknown): TurnResult => {
    if (!(error instanceof ChatError)) throw error;
    return { events: [], answer: () => source.answer(errorFrame(fail(error), command.id)) };
  };
  try {
    const connected = requireSocket(source);
    const { user } = source.admit();
    const { media, ring = false } = command;
    requireMedia(permissionsIn(channel, user), media);
    const enter = () => {
      try {
        const on = calls.on;
        if (!on) throw new ChatError("call_over");
        source.answer(enterCall(channel, connected, command.id, { call: on.call, media }));
      } catch (error) {
        refuse(error).answer();
      }
    };
    // Of two people who call each other at the same time, the second joins the call of the first.
    if (calls.on) return { events: [], answer: enter };
    const { rings } = channelKinds[channel.log.header.kind];
    const rang = rings === "always" || (rings === "if_asked" && ring);
    return beginCall(channel, { by: user, rang, video: media.camera }, () => {
      enter();
      calls.ring();
    });
  } catch (error) {
    return refuse(error);
  }
}

const handlers: { [T in Query["type"]]: Handler<Of<T>> } = {
  "call.join": (channel, source, user, { id, ...join }) => {
    requireMedia(permissionsIn(channel, user), join.media);
    source.answer(enterCall(channel, requireSocket(source), id, join));
  },
  "call.leave": ({ calls }, source, _, { id }) => {
    const peer = calls.peers.ofSocket(requireSocket(source));
    if (peer) calls.remove(peer, "left");
    source.answer({ type: "ack", id, seq: calls.last?.call ?? 0 });
  },
  "call.decline": ({ calls }, source, user, { id, call }) => {
    calls.require(call);
    calls.decline(user);
    source.answer({ type: "ack", id, seq: call });
  },
  "call.signal": ({ calls }, source, _, { id, type: __, to, ...content }) => {
    calls.pass(requirePeer(calls, source), to, content);
    source.answer({ type: "ack", id, seq: calls.last?.call ?? 0 });
  },
  "call.state": (channel, source, user, { id, muted, camera, screen, hand }) => {
    const { calls } = channel;
    const peer = requirePeer(calls, source);
    const media = { muted, camera, screen, hand };
    requireMedia(permissionsIn(channel, user), media);
    calls.setMedia(peer, media);
    source.answer({ type: "ack", id, seq: calls.last?.call ?? 0 });
  },
  "call.roster": (channel, source, user, { id }) => source.answer(answerTo(channel, id, user)),
};

/**
 * Runs a command of calls that writes nothing. The mapped type of `handlers` proves that it fits.
 */
export function runCallCommand<T extends Query["type"]>(
  channel: CallParts,
  source: CommandSource,
  user: string,
  command: Of<T>,
): void {
  const handler: Handler<Of<T>> = handlers[command.type as T];
  handler(channel, source, user, command);
}

/**
 * Makes a socket a peer of a call. With a valid token it is the peer that it was, if that peer is
 * still in the call or the object does not know who was, because it was killed.
 */
function enterCall(
  channel: CallParts,
  connected: CallSocket,
  id: string,
  { call, media, token }: { call: number; media: CallMedia; token?: string | undefined },
): FrameOf<"ack"> {
  const { calls, log, now } = channel;
  const { startedAt } = calls.require(call);
  const { user, session } = connected.state;
  const claims = token === undefined ? null : readCallToken(log, call, token);
  const isOwn = claims !== null && claims.user === user && claims.session === session;
  const before = calls.peers.ofSocket(connected) ?? (isOwn ? calls.peers.get(claims.peer) : null);
  const isResumed = before !== null || (isOwn && calls.completeInMs > 0);
  const identity =
    before ??
    (isResumed && claims
      ? { peer: claims.peer, joinedAt: claims.joinedAt }
      : { peer: nextPeerNumber(calls.peers.last, startedAt, now()), joinedAt: now() });
  const { peer, joinedAt } = identity;
  requireRoom(calls.peers.others(peer), media);
  const entered = calls.admit({ peer, joinedAt, user, session, ...media, lostAt: null }, connected);
  const mine = { peer, token: signCallToken(log, call, entered), resumed: isResumed };
  return answerTo(channel, id, user, mine);
}

/** Returns the answer with the call that is on; without it if none is. */
function answerTo(channel: CallParts, id: string, user: string, mine?: CallAnswer["mine"]): FrameOf<"ack"> {
  const { calls } = channel;
  const view = callViewOf(channel, user);
  if (!view) return { type: "ack", id, seq: 0 };
  const { completeInMs } = calls;
  const answer = { ...view, ...(mine && { mine }), completeInMs, ringsForMs: Math.round(calls.ringsForMs(user)) };
  return { type: "ack", id, seq: view.call, call: answer };
}

/**
 * Returns the call that is on as a member sees it; null if none is, or if the member blocks the
 * other person of a direct channel.
 */
export function callViewOf(
  { calls: { on, peers }, roster }: Pick<Channel, "calls" | "roster">,
  user: string,
): FrameOf<"ready">["call"] | null {
  if (!on || !roster.isReached(user)) return null;
  const all = peers.all();
  return { call: on.call, by: on.by, startedAt: on.startedAt, peers: all.map(shownPeer), capacity: capacityOf(all) };
}

const permissionsIn = ({ roster }: CallParts, user: string): CallPermission[] => callPermissionsOf(roster, user) ?? [];

function requireSocket({ connected }: CommandSource): CallSocket {
  if (!connected) throw new ChatError("invalid", "this command of calls is for sockets");
  return connected;
}

function requirePeer(calls: Calls, source: CommandSource): Peer {
  const peer = calls.peers.ofSocket(requireSocket(source));
  if (!peer) throw new ChatError("not_in_call");
  return peer;
}

/**
 * Returns what the gateway needs to know before it gives a member the servers of a call. Throws
 * `forbidden` and `rate_limited`.
 */
export function admitToCall(channel: CallParts & Pick<Channel, "iceBuckets">, { user }: Caller): CallAdmission {
  const { roster, log, iceBuckets, now } = channel;
  if (!permissionsIn(channel, user).includes("call"))
    throw new ChatError("forbidden", "this channel has no calls for you");
  iceBuckets.take(user, now());
  const isPair = channelKinds[log.header.kind].roster === "pair";
  return { peer: isPair ? (roster.members.find((member) => member.user !== user)?.user ?? null) : null };
}
