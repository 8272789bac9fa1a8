// Commands named by an Idempotency-Key instead of a cursor: where each of them went, for ever.
export class IdempotencyKeys {
  constructor(private readonly sql: SqlStorage) {}

  find(actor: string, key: string): number | null {
    const row = this.sql
      .exec<{ seq: number }>("SELECT seq FROM keys WHERE actor = ? AND key = ?", actor, key)
      .toArray()[0];
    return row?.seq ?? null;
  }

  /** Remembers a key inside the transaction of its entry. */
  put(actor: string, key: string, seq: number): void {
    this.sql.exec("INSERT INTO keys (actor, key, seq) VALUES (?, ?, ?)", actor, key, seq);
  }
}
