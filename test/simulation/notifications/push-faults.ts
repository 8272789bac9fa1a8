// What the push service does to a request, by dice: one in five fails. What is to be said to a device about a channel is refused `PATIENCE` times in a row at
// most, outages aside: how late it may be is judged against attempts that were not all in vain.
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
  /** Refused in a row, by device and topic. */
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

  /** The service is gone until the answer is called; that resolves to when it was. */
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
