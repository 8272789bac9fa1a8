// A token bucket by the generic cell rate algorithm. The only state of a bucket is the time at
// which it is full again.
import type { Rate } from "../protocol";

export type Admission =
  | { admitted: true; fullAt: number }
  /** If the caller stores this `fullAt`, the same request is admitted after `retryAfterMs`. */
  | { admitted: false; fullAt: number; retryAfterMs: number };

/**
 * Takes `cost` tokens at `now` from a bucket that is full at `fullAt`; 0 for a bucket that was
 * never used. A bucket may be overdrawn by at most `debtMs`.
 */
export function admit(rate: Rate, fullAt: number, now: number, cost = 1, debtMs = 0): Admission {
  const roomMs = rate.burst * rate.everyMs;
  // A clock that went back must not lock a person out, so `fullAt` is bounded by the present time.
  const bounded = Math.min(fullAt, now + roomMs + debtMs);
  const next = Math.max(bounded, now) + cost * rate.everyMs;
  const excessMs = next - now - roomMs;
  return excessMs > 0
    ? { admitted: false, fullAt: bounded, retryAfterMs: Math.ceil(excessMs) }
    : { admitted: true, fullAt: next };
}
