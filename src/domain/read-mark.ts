/**
 * Returns the read mark after a member read up to `seq`; null if the mark does not change. A mark
 * never goes back and never passes the head.
 */
export function raiseMark(current: number, seq: number, head: number): number | null {
  const next = Math.min(seq, head);
  return next > current ? next : null;
}
