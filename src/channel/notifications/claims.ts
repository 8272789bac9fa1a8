// The claims of consumers on due notifications, by member. While a claim holds, no other consumer
// gets the same notification. Claims are kept only in memory. After a loss of memory a notification
// can be delivered twice, but none is lost.
import { isWithin } from "../../runtime/deadline";

/** How long a claim holds without a report from its consumer. */
export const CLAIM_TIMEOUT_MS = 30_000;

interface MemberClaim {
  /**
   * The number of the claim. A consumer claims the notifications of many members with one number.
   */
  claim: number;
  /** When the notification was claimed, and when its consumer reported last. Epoch milliseconds. */
  claimedAt: number;
  renewedAt: number;
}

export class Claims {
  /** Bound: the members. `renew` drops claims that have ended. */
  readonly #byUser = new Map<string, MemberClaim>();
  #lastClaim = 0;

  get isEmpty(): boolean {
    return this.#byUser.size === 0;
  }

  /** Returns the number of the next claim. */
  next(): number {
    return ++this.#lastClaim;
  }

  add(user: string, claim: number, now: number): void {
    this.#byUser.set(user, { claim, claimedAt: now, renewedAt: now });
  }

  /** Returns when the claim on a member's notification ends; null if none holds. */
  endsAt(user: string, now: number): number | null {
    const known = this.#byUser.get(user);
    return known && isWithin(CLAIM_TIMEOUT_MS, known.renewedAt, now) ? known.renewedAt + CLAIM_TIMEOUT_MS : null;
  }

  claimedAt(user: string): number | null {
    return this.#byUser.get(user)?.claimedAt ?? null;
  }

  release(user: string): void {
    this.#byUser.delete(user);
  }

  /**
   * Renews the rest of a claim after a report of its consumer, and removes claims that have ended.
   */
  renew(claim: number, now: number): void {
    for (const [user, known] of this.#byUser) {
      if (known.claim === claim) this.#byUser.set(user, { ...known, renewedAt: now });
      else if (!isWithin(CLAIM_TIMEOUT_MS, known.renewedAt, now)) this.#byUser.delete(user);
    }
  }
}
