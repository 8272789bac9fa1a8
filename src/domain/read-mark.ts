/** A mark after somebody read up to `seq`: never back, never beyond the head. Null when nothing changes. */
export function raiseMark(current: number, seq: number, head: number): number | null {
  const next = Math.min(seq, head);
  return next > current ? next : null;
}
