// The claims of consumers on due notifications, by member. While a claim holds, no other consumer
// gets the same notification. Claims are kept in memory only: after a loss of memory a notification
// can be delivered twice, but none is lost.
import { isWithin } from "../../runtime/deadline";

/** How long a claim holds without a report of its consumer. */
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
  readonly #byUser = new Map<string, MemberClaim>();
  #lastClaim = 0;

  get isEmpty(): boolean {
    return this.#byUser.size === 0;
  }

  /** The number of the next claim. */
  next(): number {
    return ++this.#lastClaim;
  }

  add(user: string, claim: number, now: number): void {
    this.#byUser.set(user, { claim, claimedAt: now, renewedAt: now });
  }

  /** When the claim on a member's notification ends; null where none holds. */
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
   * A consumer reported: it still works on the rest of its claim. Claims that have ended are
   * removed.
   */
  renew(claim: number, now: number): void {
    for (const [user, known] of this.#byUser) {
      if (known.claim === claim) this.#byUser.set(user, { ...known, renewedAt: now });
      else if (!isWithin(CLAIM_TIMEOUT_MS, known.renewedAt, now)) this.#byUser.delete(user);
    }
  }
}
