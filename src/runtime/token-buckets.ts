// Token buckets by user, in the memory of an object. They are full again before an object
// hibernates, so nothing is stored.
import { ChatError } from "../domain/error";
import { admit } from "../domain/token-bucket";
import type { Rate } from "../protocol";

/** The most by which a bucket can be overdrawn. Bounds the wait after a clock that went back. */
const MAX_OVERDRAFT_MS = 60_000;

export class TokenBuckets {
  readonly #fullAt = new Map<string, number>();

  constructor(readonly rate: Rate) {}

  /** Takes `cost` tokens. Throws `rate_limited` with the time until they are available. */
  take(user: string, now: number, cost = 1): void {
    const admission = admit(this.rate, this.#fullAt.get(user) ?? 0, now, cost, MAX_OVERDRAFT_MS);
    this.#fullAt.set(user, admission.fullAt);
    if (!admission.admitted) throw new ChatError("rate_limited", undefined, admission.retryAfterMs);
  }

  /**
   * Takes `cost` tokens even from an empty bucket, for work that is already done. Later requests
   * wait longer. Returns whether the bucket is overdrawn.
   */
  charge(user: string, now: number, cost: number): boolean {
    const fullAt = Math.max(this.#fullAt.get(user) ?? 0, now) + cost * this.rate.everyMs;
    this.#fullAt.set(user, fullAt);
    return fullAt > now + this.rate.burst * this.rate.everyMs;
  }
}
