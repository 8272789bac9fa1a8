// Calls: the people in a call, what a client sends to be in one, and what the server answers. Media
// flows between the clients, and the channel carries only the signals that connect them. A call is
// identified by the seq of its `call.started` entry.
import * as z from "zod";
import { commandId, seq, time, userId } from "./ids";
import { limits } from "./limits";

/**
 * The number of a device in a call. Joins are numbered in ascending order, with gaps, and a number
 * is never used twice in a call. Of two peers the later one offers and is the impolite one of
 * perfect negotiation.
 */
export const peerNumber = z.int().min(1).meta({ description: "Number of a device in a call." });

/** What a peer sends. Others play no sound of a muted peer, and show no camera that is off. */
export const callMedia = z.object({
  muted: z.boolean(),
  camera: z.boolean(),
  screen: z.boolean(),
  /** Whether the person asks to speak. */
  hand: z.boolean().default(false),
});

/** A device in a call. */
export const callPeer = callMedia.extend({
  peer: peerNumber,
  user: userId,
  joinedAt: time,
  /**
   * Whether its signalling is connected. A peer that lost it stays in the call for `callGraceMs`:
   * its media may go on, and signals to it wait.
   */
  connected: z.boolean(),
});

/**
 * Proves that a device is a certain peer of a call. It is valid while that peer is in the call, on
 * any socket of the same session, also after the server was killed.
 */
const callToken = z.string().min(1).max(limits.callTokenCharacters);

/** The part of a call that concerns the device that asks. */
const ownPeer = z.object({
  peer: peerNumber,
  token: callToken,
  /** Whether the device is the same peer as before, so that its connections stay as they are. */
  resumed: z.boolean(),
});

/** A call that is on. */
export const callView = z.object({
  call: seq,
  /** Who started it. */
  by: userId,
  startedAt: time,
  peers: z.array(callPeer).max(limits.callPeers),
  /** The most peers that the call can have now: fewer while a camera or a screen is on. */
  capacity: z.int(),
});

/**
 * The `call` of the acknowledgement of `call.start`, `call.join` and `call.roster`. `mine` is there
 * after a join.
 */
export const callAnswer = callView.extend({
  mine: ownPeer.optional(),
  /**
   * The server was restarted, and other peers may still come back. After this time, in
   * milliseconds, the client asks for the roster: those who are missing then have left. 0 if the
   * roster is complete.
   */
  completeInMs: z.int().min(0),
  /** How long the call still rings for me, in milliseconds; 0 if it does not. */
  ringsForMs: z.int().min(0),
});

/** How a call ended. Each reason is the most specific one that is true. */
export const callEndReason = z.enum([
  /** The last peer left. In a direct channel, one of the two left. */
  "left",
  /** The person who called left before anyone answered. */
  "cancelled",
  /** The other person of a direct channel declined. */
  "declined",
  /** Nobody answered in time. */
  "unanswered",
  /** The connections of all peers were lost, and none came back. */
  "lost",
]);

const command = { id: commandId };

/**
 * Starts a call, or joins the one that is on. A direct channel rings. A group rings if `ring` is
 * true. A channel of a guild never rings, and must have the type `voice`.
 */
const callStart = z.object({
  ...command,
  type: z.literal("call.start"),
  media: callMedia,
  ring: z.boolean().optional(),
});

/**
 * Joins a call. With the `token` of an earlier join, the device comes back as the same peer.
 * Refused with `call_over` if the call is not on.
 */
const callJoin = z.object({
  ...command,
  type: z.literal("call.join"),
  call: seq,
  media: callMedia,
  token: callToken.optional(),
});

/** Leaves the call of this socket. */
const callLeave = z.object({ ...command, type: z.literal("call.leave") });

/**
 * Does not take a call. It stops to ring on all devices of the person, and a call of a direct
 * channel ends. Also over HTTP.
 */
const callDecline = z.object({ ...command, type: z.literal("call.decline"), call: seq });

/** An `RTCSessionDescription`. */
export const callDescription = z.object({
  type: z.enum(["offer", "answer", "rollback"]),
  sdp: z.string().max(limits.callDescriptionCharacters).default(""),
});

/** An `RTCIceCandidate`. An empty `candidate` is the end of the candidates. */
export const callCandidate = z.object({
  candidate: z.string().max(limits.callCandidateCharacters),
  sdpMid: z.string().max(limits.callMidCharacters).nullable().default(null),
  sdpMLineIndex: z.int().min(0).max(limits.callMidCharacters).nullable().default(null),
  usernameFragment: z.string().max(limits.callFragmentCharacters).nullable().default(null),
});

/** What one peer sends to another. It has exactly one of the three. */
const signalContent = {
  description: callDescription.optional(),
  candidates: z.array(callCandidate).min(1).max(limits.callCandidates).optional(),
  /** Asks the peer that offers to restart ICE. */
  restart: z.literal(true).optional(),
};
const hasOneContent = (signal: { description?: unknown; candidates?: unknown; restart?: unknown }): boolean =>
  [signal.description, signal.candidates, signal.restart].filter((content) => content !== undefined).length === 1;
const ONE_CONTENT = { error: "must have exactly one of description, candidates and restart" };

/**
 * Sends a signal to another peer of the call. `not_in_call` if this socket is in no call;
 * `peer_gone` if the other peer is not in the call.
 */
const callSignal = z
  .object({ ...command, type: z.literal("call.signal"), to: peerNumber, ...signalContent })
  .refine(hasOneContent, ONE_CONTENT);

/** Says what this peer sends now. Replaces what it said before. */
const callState = z.object({ ...command, type: z.literal("call.state"), ...callMedia.shape });

/** Asks for the call of the channel. The answer has no `call` if none is on. Also over HTTP. */
const callRoster = z.object({ ...command, type: z.literal("call.roster") });

/** The commands of calls. All but `call.decline` and `call.roster` need a socket. */
export const callCommand = z.discriminatedUnion("type", [
  callStart,
  callJoin,
  callLeave,
  callDecline,
  callSignal,
  callState,
  callRoster,
]);

export type PeerNumber = z.infer<typeof peerNumber>;
export type CallMedia = z.infer<typeof callMedia>;
export type CallPeer = z.infer<typeof callPeer>;
export type CallView = z.infer<typeof callView>;
export type CallAnswer = z.infer<typeof callAnswer>;
export type CallEndReason = z.infer<typeof callEndReason>;
export type CallDescription = z.infer<typeof callDescription>;
export type CallCandidate = z.infer<typeof callCandidate>;
export type CallCommand = z.infer<typeof callCommand>;
