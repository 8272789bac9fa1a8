// The token bucket, as the generic cell rate algorithm: one number of state, the time at which the bucket will be full again.
import type { Rate } from "../protocol";

export type Admission =
  | { admitted: true; fullAt: number }
  /** `fullAt` is unchanged; the same request is admitted after `retryAfterMs`. */
  | { admitted: false; fullAt: number; retryAfterMs: number };

/** Takes `cost` tokens at time `now` from the bucket that will be full at `fullAt` (0 for one never used). */
export function admit(rate: Rate, fullAt: number, now: number, cost = 1): Admission {
  const next = Math.max(fullAt, now) + cost * rate.everyMs;
  const over = next - now - rate.burst * rate.everyMs;
  return over > 0 ? { admitted: false, fullAt, retryAfterMs: Math.ceil(over) } : { admitted: true, fullAt: next };
}
