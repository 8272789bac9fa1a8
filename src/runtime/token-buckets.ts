// Token buckets by user, in the memory of an object. They are full again before an object
// hibernates, so nothing is stored. Their number is bounded.
import { ChatError } from "../domain/error";
import { admit } from "../domain/token-bucket";
import type { Rate } from "../protocol";

/** The most by which a bucket can be overdrawn. Bounds the wait after a clock that went back. */
const MAX_OVERDRAFT_MS = 60_000;

/** The most buckets that are kept: ten times the largest group. */
const BUCKETS_MAX = 1_000;

interface Bucket {
  /** When the bucket is full again. Epoch milliseconds. */
  fullAt: number;
}

export class TokenBuckets {
  /** Bound: `BUCKETS_MAX` entries of about 100 bytes. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(readonly rate: Rate) {}

  /** The number of buckets in memory. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `cost` tokens. Throws `rate_limited` with the time until they are available. */
  take(user: string, now: number, cost = 1): void {
    const bucket = this.#buckets.get(user);
    const admission = admit(this.rate, bucket?.fullAt ?? 0, now, cost, MAX_OVERDRAFT_MS);
    this.#set(user, bucket, admission.fullAt, now);
    if (!admission.admitted) throw new ChatError("rate_limited", undefined, admission.retryAfterMs);
  }

  /** Takes one token. Returns false if there is none. */
  tryTake(user: string, now: number): boolean {
    const bucket = this.#buckets.get(user);
    const admission = admit(this.rate, bucket?.fullAt ?? 0, now, 1, MAX_OVERDRAFT_MS);
    this.#set(user, bucket, admission.fullAt, now);
    return admission.admitted;
  }

  /**
   * Takes `cost` tokens even from an empty bucket, for work that is already done. Later requests
   * wait longer. Returns whether the bucket is overdrawn.
   */
  charge(user: string, now: number, cost: number): boolean {
    const bucket = this.#buckets.get(user);
    const fullAt = Math.max(bucket?.fullAt ?? 0, now) + cost * this.rate.everyMs;
    this.#set(user, bucket, fullAt, now);
    return fullAt > now + this.rate.burst * this.rate.everyMs;
  }

  /**
   * Stores a bucket. A full map first drops the buckets that are full again, which are as good as
   * new, and then the oldest: their users are no longer members, because there are fewer members.
   */
  #set(user: string, known: Bucket | undefined, fullAt: number, now: number): void {
    const buckets = this.#buckets;
    // Only a full map needs its order. Moving an entry at every charge costs more than the charge.
    if (known && buckets.size < BUCKETS_MAX) {
      known.fullAt = fullAt;
      return;
    }
    buckets.delete(user);
    buckets.set(user, { fullAt });
    if (buckets.size <= BUCKETS_MAX) return;
    for (const [name, bucket] of buckets) if (bucket.fullAt <= now) buckets.delete(name);
    for (const oldest of buckets.keys()) {
      if (buckets.size <= BUCKETS_MAX) return;
      buckets.delete(oldest);
    }
  }
}
