/**
 * The read mark after a member read up to `seq`. It never goes back and never passes the head. Null
 * when it does not change.
 */
export function raiseMark(current: number, seq: number, head: number): number | null {
  const next = Math.min(seq, head);
  return next > current ? next : null;
}
