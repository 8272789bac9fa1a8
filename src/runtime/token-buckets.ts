// Token buckets by user, in the memory of an object. They are full again before an object
// hibernates, so nothing is stored. Their number is bounded: about 1 MB.
import { ChatError } from "../domain/error";
import { admit } from "../domain/token-bucket";
import type { Rate } from "../protocol";

/** The most by which a bucket can be overdrawn. Bounds the wait after a clock that went back. */
const MAX_OVERDRAFT_MS = 60_000;

/** The most buckets that are kept. Full buckets are dropped first, then those made first. */
const BUCKETS_MAX = 10_000;

export class TokenBuckets {
  readonly #fullAt = new Map<string, number>();

  constructor(readonly rate: Rate) {}

  /** The number of buckets that are kept. */
  get size(): number {
    return this.#fullAt.size;
  }

  /** Takes `cost` tokens. Throws `rate_limited` with the time until they are available. */
  take(user: string, now: number, cost = 1): void {
    const admission = admit(this.rate, this.#fullAt.get(user) ?? 0, now, cost, MAX_OVERDRAFT_MS);
    this.#put(user, admission.fullAt, now);
    if (!admission.admitted) throw new ChatError("rate_limited", undefined, admission.retryAfterMs);
  }

  /** Takes one token. Returns false if there is none. */
  tryTake(user: string, now: number): boolean {
    const admission = admit(this.rate, this.#fullAt.get(user) ?? 0, now, 1, MAX_OVERDRAFT_MS);
    this.#put(user, admission.fullAt, now);
    return admission.admitted;
  }

  /**
   * Takes `cost` tokens even from an empty bucket, for work that is already done. Later requests
   * wait longer. Returns whether the bucket is overdrawn.
   */
  charge(user: string, now: number, cost: number): boolean {
    const fullAt = Math.max(this.#fullAt.get(user) ?? 0, now) + cost * this.rate.everyMs;
    this.#put(user, fullAt, now);
    return fullAt > now + this.rate.burst * this.rate.everyMs;
  }

  #put(user: string, fullAt: number, now: number): void {
    this.#fullAt.set(user, fullAt);
    if (this.#fullAt.size > BUCKETS_MAX) this.#prune(now);
  }

  #prune(now: number): void {
    for (const [user, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(user);
    // Half of them, so that a map of buckets in use is not searched at every request.
    for (const user of this.#fullAt.keys()) {
      if (this.#fullAt.size <= BUCKETS_MAX / 2) return;
      this.#fullAt.delete(user);
    }
  }
}
