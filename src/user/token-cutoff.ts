import type { Caller } from "../domain/ports";

/**
 * Access tokens issued at or before the cutoff are refused. The directory raises it when a session
 * ends; it never goes back. Epoch milliseconds.
 */
export class TokenCutoff {
  constructor(private readonly sql: SqlStorage) {}

  get at(): number {
    return this.sql.exec<{ at: number }>("SELECT coalesce(max(tokens_from), 0) AS at FROM account").one().at;
  }

  raise(to: number): void {
    if (to <= this.at) return;
    this.sql.exec("INSERT OR REPLACE INTO account (id, tokens_from) VALUES (1, ?)", to);
  }

  refuses({ issuedAt }: Pick<Caller, "issuedAt">): boolean {
    return issuedAt <= this.at;
  }
}
