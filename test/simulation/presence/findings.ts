// What was seen that may not be, by kind, with the first examples; and how long it took until what may be was seen.
import { percentile } from "../kit/statistics.ts";

/**
 * `flap`: offline who was not; `leak`: there who wants to be invisible; `unfounded`: anything else that was not so; `ghost`: still there who is
 * not; `stale`: anything else that is over; `missing`: left out of an answer; `mistimed`: last there at a time that was another; `failed`: refused or not answered.
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

  /** Somebody saw a change so long after what it came of was begun, and so long after it was answered or due. */
  seen(cause: string, afterMs: number, answeredMs: number): void {
    const known = this.#seen.get(cause) ?? { afterMs: [], answeredMs: [] };
    this.#seen.set(cause, known);
    known.afterMs.push(afterMs);
    known.answeredMs.push(Math.max(0, answeredMs));
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** In seconds, by what it came of; `late`: after it was answered, or after the grace or the lease was over. */
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
