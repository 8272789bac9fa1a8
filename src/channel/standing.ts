// Where the members stand: how far each has read, and who need not be called until they come back. In memory, and in one packed row that is
// written rarely: what an open socket has marked also lies in its attachment, which outlives hibernation without costing a row.
import * as z from "zod";
import { raiseMark } from "../domain/read-mark";

const packed = z.object({
  reads: z.record(z.string(), z.number()),
  quiet: z.array(z.string()),
});

const SAVE_EVERY_MS = 60_000;

export class Standing {
  readonly #reads: Map<string, number>;
  readonly #quiet: Set<string>;
  #saved: { reads: Record<string, number>; quiet: boolean; at: number };

  constructor(private readonly sql: SqlStorage) {
    const row = sql.exec<{ state: string }>("SELECT state FROM standing").toArray()[0];
    const state = row ? packed.parse(JSON.parse(row.state)) : { reads: {}, quiet: [] };
    this.#reads = new Map(Object.entries(state.reads));
    this.#quiet = new Set(state.quiet);
    this.#saved = { reads: state.reads, quiet: true, at: 0 };
  }

  readOf(user: string): number {
    return this.#reads.get(user) ?? 0;
  }

  reads(): Record<string, number> {
    return Object.fromEntries(this.#reads);
  }

  /** Raises a mark; false when it stays where it is. */
  raise(user: string, seq: number, head: number): boolean {
    const next = raiseMark(this.readOf(user), seq, head);
    if (next === null) return false;
    this.#reads.set(user, next);
    return true;
  }

  isQuiet(user: string): boolean {
    return this.#quiet.has(user);
  }

  /** Their user object has no device and will ask by itself: no more calls. Saved at the next occasion; losing it costs a call. */
  silence(user: string): void {
    if (this.#quiet.has(user)) return;
    this.#quiet.add(user);
    this.#saved.quiet = false;
  }

  /** They are back. Saved at once: a lost `wake` would be a missed signal. */
  rouse(user: string, now: number): void {
    if (this.#quiet.delete(user)) this.save(now);
  }

  forget(user: string): void {
    this.#reads.delete(user);
    this.#quiet.delete(user);
  }

  /** Whether a person's mark would be lost with the memory. */
  isUnsaved(user: string): boolean {
    return (this.#saved.reads[user] ?? 0) !== this.readOf(user);
  }

  /** Saves what is due: attention at once, marks at most once a minute. */
  saveDue(now: number): void {
    const marksDue =
      now - this.#saved.at >= SAVE_EVERY_MS && [...this.#reads.keys()].some((user) => this.isUnsaved(user));
    if (!this.#saved.quiet || marksDue) this.save(now);
  }

  save(now: number): void {
    const reads = this.reads();
    this.sql.exec(
      "INSERT OR REPLACE INTO standing (id, state) VALUES (1, ?)",
      JSON.stringify({ reads, quiet: [...this.#quiet] }),
    );
    this.#saved = { reads, quiet: true, at: now };
  }
}
