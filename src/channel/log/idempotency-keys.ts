// The entries of commands that name themselves by an Idempotency-Key. Such a command has no cursor,
// so the log cannot be searched for it, and its key is kept for ever.
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
