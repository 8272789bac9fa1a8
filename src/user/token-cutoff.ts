import type { Caller } from "../domain/ports";

/**
 * The time at or before which access tokens are refused. The directory raises the cutoff when a
 * session ends. The cutoff never goes back. Epoch milliseconds.
 */
export class TokenCutoff {
  /** What is stored. Only this object writes it, so the memory is never behind. */
  #at: number;

  /** Reads the stored cutoff. The schema must be there. */
  constructor(private readonly sql: SqlStorage) {
    this.#at = sql.exec<{ at: number }>("SELECT coalesce(max(tokens_from), 0) AS at FROM account").one().at;
  }

  get at(): number {
    return this.#at;
  }

  raise(to: number): void {
    if (to <= this.#at) return;
    this.sql.exec("INSERT OR REPLACE INTO account (id, tokens_from) VALUES (1, ?)", to);
    this.#at = to;
  }

  /** A time that is no number is refused. */
  refuses({ issuedAt }: Pick<Caller, "issuedAt">): boolean {
    return !(issuedAt > this.#at);
  }
}
