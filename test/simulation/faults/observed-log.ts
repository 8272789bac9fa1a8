// The log of one channel as the clients have observed it: the first client to receive an entry
// defines it, and all others must receive the same.
import type { Event } from "../../../src/protocol/index.ts";
import type { Violations } from "./violations.ts";

export interface Entry {
  seq: number;
  type: Event["type"];
  actor: string;
  nonce: string;
  /** The seq of the message that the entry changes. */
  target: number | null;
  at: number;
}

export function entryOf(event: Event): Entry {
  const { seq, type, actor, nonce, at } = event;
  return { seq, type, actor, nonce, at, target: "target" in event.data ? event.data.target : null };
}

const described = ({ seq, type, actor, nonce, target }: Entry): string =>
  `${seq} ${type}${target === null ? "" : ` of ${target}`} by ${actor} as ${nonce}`;

export class ObservedLog {
  readonly #violations: Violations;
  readonly #entries = new Map<number, Entry>();
  readonly #seqs = new Map<string, number>();
  #head = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** The highest seq that any client has received. */
  get head(): number {
    return this.#head;
  }

  at(seq: number): Entry | undefined {
    return this.#entries.get(seq);
  }

  seqOf(actor: string, nonce: string): number | undefined {
    return this.#seqs.get(`${actor} ${nonce}`);
  }

  /** Ascending by seq. */
  get entries(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  /** `by` received it. */
  record(entry: Entry, by: string): void {
    const known = this.#entries.get(entry.seq);
    if (known) {
      if (described(known) !== described(entry)) {
        this.#violations.add(
          "disagreements",
          `${by} received (${described(entry)}), another client received (${described(known)})`,
        );
      }
      return;
    }
    const key = `${entry.actor} ${entry.nonce}`;
    const other = this.#seqs.get(key);
    if (other !== undefined) {
      this.#violations.add("duplicated", `${by} received (${described(entry)}), which is at ${other} too`);
    }
    this.#entries.set(entry.seq, entry);
    this.#seqs.set(key, entry.seq);
    this.#head = Math.max(this.#head, entry.seq);
  }
}
