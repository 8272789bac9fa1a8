/** Since when access tokens are accepted, as told by the directory: never goes back. */
export class TokenCutoff {
  constructor(private readonly sql: SqlStorage) {}

  /** Epoch milliseconds; tokens issued at or before it are refused. */
  get from(): number {
    return this.sql.exec<{ at: number }>("SELECT coalesce(max(tokens_from), 0) AS at FROM account").one().at;
  }

  raise(from: number): void {
    if (from <= this.from) return;
    this.sql.exec("INSERT OR REPLACE INTO account (id, tokens_from) VALUES (1, ?)", from);
  }
}
