// The token bucket, as the generic cell rate algorithm: one number of state, the time at which the bucket will be full again.
import type { Rate } from "../protocol";

export type Admission =
  | { admitted: true; fullAt: number }
  /** With `fullAt` kept as it stands here, the same request is admitted after `retryAfterMs`. */
  | { admitted: false; fullAt: number; retryAfterMs: number };

/** Takes `cost` tokens at time `now` from the bucket that will be full at `fullAt` (0 for one never used), and may owe `debtMs` at most. */
export function admit(rate: Rate, fullAt: number, now: number, cost = 1, debtMs = 0): Admission {
  const roomMs = rate.burst * rate.everyMs;
  // Later than that it cannot be by this clock: a clock that went back must not lock anybody out.
  const known = Math.min(fullAt, now + roomMs + debtMs);
  const next = Math.max(known, now) + cost * rate.everyMs;
  const over = next - now - roomMs;
  return over > 0
    ? { admitted: false, fullAt: known, retryAfterMs: Math.ceil(over) }
    : { admitted: true, fullAt: next };
}
