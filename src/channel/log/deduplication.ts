// What recognises a repeated command: its nonce, or its idempotency key. `Log.findPrior` searches
// the rows for older nonces.
const CAPACITY = 4_096;

/**
 * The nonces of the newest entries, in memory, so that a retry is found without reading rows. It
 * knows only entries that were appended since the object woke. A lost memory (hibernation, a crash)
 * costs time and never correctness.
 */
export class RecentNonces {
  readonly #seqs = new Map<string, number>();
  #knownAfter: number;

  /** `head`: entries at or before it are not known here. */
  constructor(head: number) {
    this.#knownAfter = head;
  }

  /** Every entry after this position is known. */
  get knownAfter(): number {
    return this.#knownAfter;
  }

  add(actor: string, nonce: string, seq: number): void {
    this.#seqs.set(`${actor} ${nonce}`, seq);
    if (this.#seqs.size <= CAPACITY) return;
    for (const [key, oldest] of this.#seqs) {
      this.#seqs.delete(key);
      this.#knownAfter = oldest;
      return;
    }
  }

  find(actor: string, nonce: string): number | null {
    return this.#seqs.get(`${actor} ${nonce}`) ?? null;
  }
}

/**
 * The entries of commands that name themselves by an Idempotency-Key. Such a command has no cursor,
 * so the log cannot be searched for it, and its key is kept for ever.
 */
export class IdempotencyKeys {
  constructor(private readonly sql: SqlStorage) {}

  /** The seq of the entry that a key made; null where it made none. */
  find(actor: string, key: string): number | null {
    const row = this.sql
      .exec<{ seq: number }>("SELECT seq FROM keys WHERE actor = ? AND key = ?", actor, key)
      .toArray()[0];
    return row?.seq ?? null;
  }

  /** Stores a key. Call it inside the transaction of its entry. */
  put(actor: string, key: string, seq: number): void {
    this.sql.exec("INSERT INTO keys (actor, key, seq) VALUES (?, ?, ?)", actor, key, seq);
  }
}
