// The faults of the push service, drawn at random: one request in five fails. Apart from outages,
// requests to a device about a channel fail at most `PATIENCE` times in a row, so that the bound on
// delays applies to attempts of which some succeed.
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { Interruption } from "./history.ts";

export type PushFault =
  | { kind: "none" }
  | { kind: "5xx"; status: number }
  | { kind: "429"; seconds: number }
  | { kind: "hung"; ms: number }
  | { kind: "cut" }
  | { kind: "outage"; how: "refused" | "broken" };

const shares = { "5xx": 0.2, "429": 0.03, hung: 0.005, cut: 0.005 } as const;
const PATIENCE = 3;

export class PushFaults {
  readonly #random: SeededRandom;
  /** Failures in a row, by target and topic. */
  readonly #inVain = new Map<string, number>();
  #outage: "refused" | "broken" | null = null;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  next(target: string, topic: string): PushFault {
    if (this.#outage) return { kind: "outage", how: this.#outage };
    const subject = `${target} ${topic}`;
    const inVain = this.#inVain.get(subject) ?? 0;
    const fault = inVain < PATIENCE ? this.#draw() : { kind: "none" as const };
    if (fault.kind === "none" || fault.kind === "cut") this.#inVain.delete(subject);
    else this.#inVain.set(subject, inVain + 1);
    return fault;
  }

  /** Begins an outage. The returned function ends it and answers when it was. */
  startOutage(how: "refused" | "broken"): () => Interruption {
    const from = Date.now();
    this.#outage = how;
    return () => {
      this.#outage = null;
      return { from, to: Date.now() };
    };
  }

  #draw(): PushFault {
    const drawn = this.#random.next();
    let sum = 0;
    const isBelow = (share: number): boolean => {
      sum += share;
      return drawn < sum;
    };
    if (isBelow(shares["5xx"])) return { kind: "5xx", status: this.#random.pick([500, 502, 503, 504]) };
    if (isBelow(shares["429"])) return { kind: "429", seconds: this.#random.between(1, 5) };
    if (isBelow(shares.hung)) return { kind: "hung", ms: this.#random.between(12_000, 20_000) };
    return isBelow(shares.cut) ? { kind: "cut" } : { kind: "none" };
  }
}
