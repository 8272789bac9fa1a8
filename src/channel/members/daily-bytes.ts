// Counts the bytes of text that each account writes in this channel today, and refuses what is
// beyond a budget. No send reads a database: what the account writes in other channels is known
// from the reports, which the archiver exchanges once an account has written a lot here.
import * as z from "zod";
import type { BytesOfAccounts, BytesOfDay } from "../../domain/archive";
import { budgetDayOf, msUntilNextBudget } from "../../domain/daily-budget";
import { ChatError } from "../../domain/error";
import type { Budgets } from "../../protocol";

/** An account is reported each time it has written this many more bytes: a row for 64 KiB. */
const REPORT_BYTES = 64 * 1024;
/** The unreported bytes from which a report does not wait for the next alarm. */
const URGENT_BYTES = 4 * REPORT_BYTES;
/** The most accounts that are counted. Beyond them the one that wrote the least is forgotten. */
const ACCOUNTS_MAX = 500;

const written = z.object({
  /** Written here. */
  own: z.int(),
  /** The part of `own` that the archive's database knows. */
  reported: z.int(),
  /** Written in other channels, as of the last report. */
  elsewhere: z.int(),
});

export const storedDailyBytes = z.object({
  day: z.int(),
  total: z.int(),
  accounts: z.record(z.string(), written),
});

export type StoredDailyBytes = z.infer<typeof storedDailyBytes>;
type DailyBudgets = Pick<Budgets, "accountBytesPerDay" | "channelBytesPerDay">;

export class DailyBytes {
  #day: number;
  #total: number;
  /** Bound: `ACCOUNTS_MAX` accounts of about 150 bytes. */
  readonly #accounts: Map<string, z.infer<typeof written>>;

  constructor(
    stored: StoredDailyBytes | null,
    private readonly budgets: DailyBudgets,
  ) {
    this.#day = stored?.day ?? 0;
    this.#total = stored?.total ?? 0;
    this.#accounts = new Map(Object.entries(stored?.accounts ?? {}));
  }

  get stored(): StoredDailyBytes {
    return { day: this.#day, total: this.#total, accounts: Object.fromEntries(this.#accounts) };
  }

  /**
   * Counts a text. Throws `quota_exceeded` with the time until the next day if it is beyond a
   * budget.
   */
  take(account: string, bytes: number, now: number): void {
    this.#beginDay(now);
    const { own, elsewhere } = this.#of(account);
    const isAccountOver = own + elsewhere + bytes > this.budgets.accountBytesPerDay;
    const isChannelOver = this.#total + bytes > this.budgets.channelBytesPerDay;
    if (isAccountOver || isChannelOver) {
      const whose = isAccountOver ? "the account" : "the channel";
      throw new ChatError("quota_exceeded", `the budget of ${whose}`, msUntilNextBudget(this.#day, now));
    }
    this.count(account, bytes, now);
  }

  /** Counts a text that is stored already. */
  count(account: string, bytes: number, now: number): void {
    this.#beginDay(now);
    const known = this.#of(account);
    this.#accounts.set(account, { ...known, own: known.own + bytes });
    this.#total += bytes;
    if (this.#accounts.size <= ACCOUNTS_MAX) return;
    const [[least = account] = []] = [...this.#accounts].sort(([, a], [, b]) => a.own - b.own);
    this.#accounts.delete(least);
  }

  /** Whether an account has written so much since its last report that the next is due at once. */
  isUrgent(account: string): boolean {
    const { own, reported } = this.#of(account);
    return own - reported >= URGENT_BYTES;
  }

  /** Returns the accounts whose report is due; null if there are none. */
  due(): BytesOfDay | null {
    const accounts = [...this.#accounts].filter(([, { own, reported }]) => own - reported >= REPORT_BYTES);
    if (accounts.length === 0) return null;
    return { day: this.#day, bytes: Object.fromEntries(accounts.map(([account, { own }]) => [account, own])) };
  }

  /** Stores the answer to a report. An account without an answer stays due. */
  reported({ day, bytes }: BytesOfDay, elsewhere: BytesOfAccounts): void {
    if (day !== this.#day) return;
    for (const [account, known] of this.#accounts) {
      const reported = bytes[account];
      const others = elsewhere[account];
      if (reported === undefined || others === undefined) continue;
      this.#accounts.set(account, { ...known, reported, elsewhere: others });
    }
  }

  /** A clock that goes back stays in the day. */
  #beginDay(now: number): void {
    const day = budgetDayOf(now);
    if (day <= this.#day) return;
    this.#day = day;
    this.#total = 0;
    this.#accounts.clear();
  }

  #of(account: string): z.infer<typeof written> {
    return this.#accounts.get(account) ?? { own: 0, reported: 0, elsewhere: 0 };
  }
}
