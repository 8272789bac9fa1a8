// What a socket carries of the call that it is in. Each socket of a call has the whole call, so
// that the object may hibernate during the call, writes no row, and finds the call again in any of
// them.
import * as z from "zod";
import { callMedia, peerNumber, seq, sessionId, time, userId } from "../../protocol";

/** A peer as the object keeps it. */
export const storedPeer = callMedia.extend({
  peer: peerNumber,
  user: userId,
  session: sessionId,
  joinedAt: time,
  /** When its socket was lost; null while it is connected. */
  lostAt: time.nullable(),
});

export const callMembership = z.object({
  call: seq,
  own: storedPeer,
  /** The highest number that a peer of the call has had. */
  last: z.int(),
  /** Who was in the call. */
  joined: z.array(userId),
  /** Those for whom the call does not ring: they declined, or do not want to be disturbed. */
  quiet: z.array(userId),
  /** Whether it has stopped to ring for everyone. */
  ringEnded: z.boolean(),
  /** The peers whose sockets were lost. */
  away: z.array(storedPeer),
});

export type StoredPeer = z.infer<typeof storedPeer>;
