// Whose messages notify a member no more, because the member blocks them. The push consumer finds
// out and reports it; the channel then looks for the newest message of somebody else. It remembers
// this for a minute, so that a person who is unblocked notifies again, and only in memory.

const KNOWN_MS = 60_000;
/** The most pairs that are remembered. A pair that is forgotten costs another push job. */
const PAIRS_MAX = 1_000;

export class BlockedAuthors {
  /** When a pair was learned, by member and author. Bound: `PAIRS_MAX`, 60 bytes each. */
  readonly #learnedAt = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  /** A member blocks the author of a message that would have notified them. */
  add(user: string, author: string): void {
    const pair = `${user} ${author}`;
    this.#learnedAt.delete(pair);
    for (const oldest of this.#learnedAt.keys()) {
      if (this.#learnedAt.size < PAIRS_MAX) break;
      this.#learnedAt.delete(oldest);
    }
    this.#learnedAt.set(pair, this.now());
  }

  /** Whether a member is known to block an author. */
  includes(user: string, author: string): boolean {
    if (this.#learnedAt.size === 0) return false;
    const pair = `${user} ${author}`;
    const at = this.#learnedAt.get(pair);
    if (at === undefined) return false;
    if (Math.abs(this.now() - at) < KNOWN_MS) return true;
    this.#learnedAt.delete(pair);
    return false;
  }
}
