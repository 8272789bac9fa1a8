// What is known of one channel's log, from whoever heard of it first. Everybody else has to have heard the same.
import type { Event } from "../../../src/protocol/index.ts";
import type { Violations } from "./violations.ts";

export interface Entry {
  seq: number;
  type: Event["type"];
  actor: string;
  nonce: string;
  /** The message it changes. */
  target: number | null;
  at: number;
}

export function entryOf(event: Event): Entry {
  const { seq, type, actor, nonce, at } = event;
  return { seq, type, actor, nonce, at, target: "target" in event.data ? event.data.target : null };
}

const shown = ({ seq, type, actor, nonce, target }: Entry): string =>
  `${seq} ${type}${target === null ? "" : ` of ${target}`} by ${actor} as ${nonce}`;

export class ObservedLog {
  readonly #violations: Violations;
  readonly #entries = new Map<number, Entry>();
  readonly #seqs = new Map<string, number>();
  #head = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** The highest seq anybody has heard of. */
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

  /** `by` heard it. */
  record(entry: Entry, by: string): void {
    const known = this.#entries.get(entry.seq);
    if (known) {
      if (shown(known) !== shown(entry)) {
        this.#violations.add("disagreements", `${by} heard (${shown(entry)}), before it was (${shown(known)})`);
      }
      return;
    }
    const key = `${entry.actor} ${entry.nonce}`;
    const other = this.#seqs.get(key);
    if (other !== undefined) {
      this.#violations.add("duplicated", `${by} heard (${shown(entry)}), which stands at ${other} too`);
    }
    this.#entries.set(entry.seq, entry);
    this.#seqs.set(key, entry.seq);
    this.#head = Math.max(this.#head, entry.seq);
  }
}
