// What the push service does to a request, by dice: one in five fails. What is to be said to a device about a channel is refused `PATIENCE` times in a row at
// most, outages aside: how late it may be is judged against attempts that were not all in vain.
import type { Dice } from "../faults/dice.ts";
import type { Trouble } from "./ledger.ts";

export type Blow =
  | { kind: "none" }
  | { kind: "5xx"; status: number }
  | { kind: "429"; seconds: number }
  | { kind: "hung"; ms: number }
  | { kind: "cut" }
  | { kind: "outage"; how: "refused" | "broken" };

const shares = { "5xx": 0.2, "429": 0.03, hung: 0.005, cut: 0.005 } as const;
const PATIENCE = 3;

export class Weather {
  readonly #dice: Dice;
  /** Refused in a row, by device and topic. */
  readonly #inVain = new Map<string, number>();
  #outage: "refused" | "broken" | null = null;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  next(target: string, topic: string): Blow {
    if (this.#outage) return { kind: "outage", how: this.#outage };
    const subject = `${target} ${topic}`;
    const inVain = this.#inVain.get(subject) ?? 0;
    const blow = inVain < PATIENCE ? this.#roll() : { kind: "none" as const };
    if (blow.kind === "none" || blow.kind === "cut") this.#inVain.delete(subject);
    else this.#inVain.set(subject, inVain + 1);
    return blow;
  }

  /** The service is gone until the answer is called; that resolves to when it was. */
  breakDown(how: "refused" | "broken"): () => Trouble {
    const from = Date.now();
    this.#outage = how;
    return () => {
      this.#outage = null;
      return { from, to: Date.now() };
    };
  }

  #roll(): Blow {
    const roll = this.#dice.roll();
    let sum = 0;
    const isBelow = (share: number): boolean => {
      sum += share;
      return roll < sum;
    };
    if (isBelow(shares["5xx"])) return { kind: "5xx", status: this.#dice.pick([500, 502, 503, 504]) };
    if (isBelow(shares["429"])) return { kind: "429", seconds: this.#dice.between(1, 5) };
    if (isBelow(shares.hung)) return { kind: "hung", ms: this.#dice.between(12_000, 20_000) };
    return isBelow(shares.cut) ? { kind: "cut" } : { kind: "none" };
  }
}
