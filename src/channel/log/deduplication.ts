// Recognises repeated commands by their nonce or idempotency key. `Log.findPrior` searches the rows
// for older nonces.
const CAPACITY = 4_096;

/**
 * The nonces of the newest entries, in memory, so that a retry is found without searching the log.
 * Holds up to `CAPACITY` entries appended since the object woke. Older ones are searched in the
 * log. Losing the nonces to hibernation or a crash costs time, not correctness.
 */
export class RecentNonces {
  /**
   * By nonce. A nonce that another member has used too is found by both together. Bound: `CAPACITY`
   * entries of about 250 bytes: two ids of bounded length.
   */
  readonly #uses = new Map<string, NonceUse>();
  #isAnyShared = false;
  #knownAfter: number;

  /** `head`: the position after which entries will be known. */
  constructor(head: number) {
    this.#knownAfter = head;
  }

  /** The position after which every entry is known. */
  get knownAfter(): number {
    return this.#knownAfter;
  }

  add(actor: string, nonce: string, seq: number): void {
    const known = this.#uses.get(nonce);
    // A nonce alone is hashed once, when its command is decoded.
    if (known === undefined || known.actor === actor) this.#uses.set(nonce, { actor, seq });
    else {
      this.#isAnyShared = true;
      this.#uses.set(bothOf(actor, nonce), { actor, seq });
    }
    if (this.#uses.size <= CAPACITY) return;
    for (const [key, oldest] of this.#uses) {
      this.#uses.delete(key);
      this.#knownAfter = oldest.seq;
      return;
    }
  }

  find(actor: string, nonce: string): number | null {
    const known = this.#uses.get(nonce);
    if (known?.actor === actor) return known.seq;
    return this.#isAnyShared ? (this.#uses.get(bothOf(actor, nonce))?.seq ?? null) : null;
  }
}

interface NonceUse {
  actor: string;
  seq: number;
}

const bothOf = (actor: string, nonce: string): string => `${actor} ${nonce}`;

/**
 * Finds the entries of commands by their idempotency keys. Such a command has no cursor, so the log
 * cannot be searched for its key. A keyed hash of the key is kept for ever. Rows of an earlier
 * version hold the key itself.
 */
export class IdempotencyKeys {
  constructor(
    private readonly sql: SqlStorage,
    private readonly digest: (key: string) => string,
  ) {}

  /** Returns the seq of the entry that was made with a key; null if there is none. */
  find(actor: string, key: string): number | null {
    const row = this.sql
      .exec<{ seq: number }>(
        "SELECT seq FROM keys WHERE actor = ? AND key IN (?, ?)",
        ...[actor, this.digest(key), key],
      )
      .toArray()[0];
    return row?.seq ?? null;
  }

  /** Stores a key. Call this in the transaction of its entry. */
  put(actor: string, key: string, seq: number): void {
    this.sql.exec("INSERT INTO keys (actor, key, seq) VALUES (?, ?, ?)", actor, this.digest(key), seq);
  }

  /** Deletes the keys of an erased account. */
  forget(actor: string): void {
    this.sql.exec("DELETE FROM keys WHERE actor = ?", actor);
  }
}
