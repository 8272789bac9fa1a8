// What one listener of one channel has heard: the next entry, always the next one.
import type { Chronicle, Entry } from "./chronicle.ts";
import type { Faults } from "./faults.ts";

export class Hearing {
  readonly name: string;
  readonly #chronicle: Chronicle;
  readonly #faults: Faults;
  readonly #missing = new Set<number>();
  #last: number;
  count = 0;

  /** `last`: what lies at or before it is not this listener's to hear. */
  constructor(name: string, chronicle: Chronicle, faults: Faults, last: number) {
    this.name = name;
    this.#chronicle = chronicle;
    this.#faults = faults;
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  heard(entry: Entry): void {
    const { seq } = entry;
    this.count++;
    this.#chronicle.note(entry, this.name);
    if (seq > this.#last) {
      for (let missed = this.#last + 1; missed < seq; missed++) this.#missing.add(missed);
      if (seq > this.#last + 1) this.#faults.add("gaps", `${this.name} heard ${seq} after ${this.#last}`);
      this.#last = seq;
    } else if (this.#missing.delete(seq)) {
      this.#faults.add("reordered", `${this.name} heard ${seq} after ${this.#last}`);
    } else this.#faults.add("duplicated", `${this.name} heard ${seq} again, after ${this.#last}`);
  }

  /** At the end: everything up to `head` was to be heard. */
  finish(head: number): void {
    const lost = this.#missing.size + Math.max(0, head - this.#last);
    for (let i = 0; i < lost; i++) {
      this.#faults.add("lost", `${this.name} never heard ${lost} entries of ${head}; its last is ${this.#last}`);
    }
  }
}
