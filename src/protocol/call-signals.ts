// The signals of calls, which are never stored. Those of the channel reach the sockets that show
// it, and some of them only peers. Those of a person reach all devices of the person, over user
// sockets and held polls of the inbox.
import * as z from "zod";
import { callCandidate, callDescription, callMedia, callPeer, peerNumber } from "./calls";
import { channelId, seq, userId } from "./ids";
import { limits } from "./limits";

const ofCall = { channel: channelId, call: seq };

/**
 * A device joined the call, or is connected again as the peer that it was. A client replaces what
 * it knew of the peer. Sent to all who show the channel.
 */
export const callJoined = z.object({ type: z.literal("call.joined"), ...ofCall, peer: callPeer });

/** A peer is no longer in the call. Sent to all who show the channel. */
export const callLeft = z.object({
  type: z.literal("call.left"),
  ...ofCall,
  peer: peerNumber,
  /**
   * `left`: the device left. `lost`: its connection was lost and did not come back. `removed`: the
   * person is no longer a member or may no longer call. `ended`: the call ended.
   */
  reason: z.enum(["left", "lost", "removed", "ended"]),
});

/** A peer sends something else now, or lost its signalling. Sent to the peers. */
export const callStateChanged = callMedia.extend({
  type: z.literal("call.state"),
  ...ofCall,
  peer: peerNumber,
  connected: z.boolean(),
});

/** Another peer sent me a signal: the content of its `call.signal`. Sent to one peer. */
export const callSignalled = z.object({
  type: z.literal("call.signal"),
  ...ofCall,
  from: peerNumber,
  description: callDescription.optional(),
  candidates: z.array(callCandidate).optional(),
  restart: z.literal(true).optional(),
});

/** A call rings for me. A device shows it for at most `lastsMs` and until `ring.ended`. */
export const ringStarted = z.object({
  type: z.literal("ring.started"),
  ...ofCall,
  /** The epoch number of the log. Calls of different epochs are different calls. */
  epochNumber: z.int().min(1),
  from: userId,
  /** Whether the caller's camera is on. */
  video: z.boolean(),
  lastsMs: z.int().min(0).max(limits.callRingMs),
});

/** A call does not ring for me any longer. */
export const ringEnded = z.object({
  type: z.literal("ring.ended"),
  ...ofCall,
  epochNumber: z.int().min(1),
  /**
   * `taken` and `declined`: by me, on one of my devices. `cancelled`: the call ended before I
   * answered. `timed_out`: nobody answered in time.
   */
  reason: z.enum(["taken", "declined", "cancelled", "timed_out"]),
});

/** The signals of a person, which come through their user object. */
export const personalSignal = z.discriminatedUnion("type", [ringStarted, ringEnded]);

export type RingStarted = z.infer<typeof ringStarted>;
export type RingEnded = z.infer<typeof ringEnded>;
export type PersonalSignal = z.infer<typeof personalSignal>;
export type CallSignalled = z.infer<typeof callSignalled>;
export type CallLeftReason = z.infer<typeof callLeft>["reason"];
