// Counts wrong statuses by kind, with the first examples, and measures how long right ones took to
// be seen.
import { percentile } from "../kit/statistics.ts";

/**
 * `flap`: a connected person was seen offline. `leak`: an invisible person was seen. `unfounded`:
 * another status that was never so. `ghost`: an offline person is still seen. `stale`: another
 * status that is over. `missing`: a person was left out of an answer. `mistimed`: the last activity
 * was reported with another time. `failed`: a request was refused or not answered.
 */
export type Kind = "flap" | "leak" | "unfounded" | "ghost" | "stale" | "missing" | "mistimed" | "failed";

const EXAMPLES = 5;

export class Findings {
  readonly counts: Record<Kind, number> = {
    flap: 0,
    leak: 0,
    unfounded: 0,
    ghost: 0,
    stale: 0,
    missing: 0,
    mistimed: 0,
    failed: 0,
  };
  readonly examples: string[] = [];
  readonly #seen = new Map<string, { afterMs: number[]; answeredMs: number[] }>();

  add(kind: Kind, example: string): void {
    if (++this.counts[kind] > EXAMPLES) return;
    this.examples.push(`${kind}: ${example}`);
    console.error(`${new Date().toISOString().slice(11, 19)} ${this.examples.at(-1)}`);
  }

  /**
   * An observer saw a change: `afterMs` since its cause began, `answeredMs` since the cause was
   * answered or due.
   */
  seen(cause: string, afterMs: number, answeredMs: number): void {
    const known = this.#seen.get(cause) ?? { afterMs: [], answeredMs: [] };
    this.#seen.set(cause, known);
    known.afterMs.push(afterMs);
    known.answeredMs.push(Math.max(0, answeredMs));
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /**
   * In seconds, by cause. `late`: after the cause was answered, or after the grace period or the
   * lease ended.
   */
  get convergence(): Record<string, Record<"seen" | "p50" | "p99" | "max" | "lateP99" | "lateMax", number>> {
    const seconds = (times: readonly number[], share: number) => Math.round(percentile(times, share) / 10) / 100;
    const causes = [...this.#seen].sort(([one], [other]) => one.localeCompare(other));
    return Object.fromEntries(
      causes.map(([cause, { afterMs, answeredMs }]) => [
        cause,
        {
          seen: afterMs.length,
          p50: seconds(afterMs, 0.5),
          p99: seconds(afterMs, 0.99),
          max: seconds(afterMs, 1),
          lateP99: seconds(answeredMs, 0.99),
          lateMax: seconds(answeredMs, 1),
        },
      ]),
    );
  }
}
