// The order of the hits of a search by date. A hit has the same position in the archive and in the
// channel, so a page continues after a position wherever the messages are by then.

/** `at` is the time of the message. Epoch milliseconds. */
export interface HitPosition {
  at: number;
  channel: string;
  seq: number;
}

/** Newest first. Hits of one millisecond are ordered by channel, and in it newest first. */
export function byPosition(one: HitPosition, other: HitPosition): number {
  if (one.at !== other.at) return other.at - one.at;
  if (one.channel !== other.channel) return one.channel < other.channel ? -1 : 1;
  return other.seq - one.seq;
}

/** Whether a hit comes after a position. Every hit comes after null, the beginning. */
export const isBehind = (hit: HitPosition, position: HitPosition | null): boolean =>
  position === null || byPosition(position, hit) < 0;
