// A person's token buckets in this object, by what they guard. In memory: asleep, every bucket is full again anyway.
import { ChatError } from "../domain/error";
import { admit } from "../domain/rate";
import type { Rate } from "../protocol";

/** What somebody can owe at most: a clock that goes back must not make it longer. */
const DEBT_MS = 60_000;

export class TokenBuckets {
  readonly #fullAt = new Map<string, number>();

  constructor(readonly rate: Rate) {}

  /** Takes `cost` tokens. Throws `rate_limited` with the time to wait. */
  take(user: string, now: number, cost = 1): void {
    const admission = admit(this.rate, this.#fullAt.get(user) ?? 0, now, cost, DEBT_MS);
    this.#fullAt.set(user, admission.fullAt);
    if (!admission.admitted) throw new ChatError("rate_limited", undefined, admission.retryAfterMs);
  }

  /** Takes `cost` tokens even from an empty bucket: work that was done already is paid by the requests after it. True when it is overdrawn. */
  charge(user: string, now: number, cost: number): boolean {
    const fullAt = Math.max(this.#fullAt.get(user) ?? 0, now) + cost * this.rate.everyMs;
    this.#fullAt.set(user, fullAt);
    return fullAt > now + this.rate.burst * this.rate.everyMs;
  }
}
