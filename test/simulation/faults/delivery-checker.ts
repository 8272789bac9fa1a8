// Checks what one client of one channel receives: each entry has to be the one after the last.
import type { Entry, ObservedLog } from "./observed-log.ts";
import type { Violations } from "./violations.ts";

export class DeliveryChecker {
  readonly name: string;
  readonly #observedLog: ObservedLog;
  readonly #violations: Violations;
  readonly #missing = new Set<number>();
  #last: number;
  count = 0;

  /** `last`: the client expects entries after this seq. */
  constructor(name: string, observedLog: ObservedLog, violations: Violations, last: number) {
    this.name = name;
    this.#observedLog = observedLog;
    this.#violations = violations;
    this.#last = last;
  }

  get last(): number {
    return this.#last;
  }

  received(entry: Entry): void {
    const { seq } = entry;
    this.count++;
    this.#observedLog.record(entry, this.name);
    if (seq > this.#last) {
      for (let missed = this.#last + 1; missed < seq; missed++) this.#missing.add(missed);
      if (seq > this.#last + 1) this.#violations.add("gaps", `${this.name} received ${seq} after ${this.#last}`);
      this.#last = seq;
    } else if (this.#missing.delete(seq)) {
      this.#violations.add("reordered", `${this.name} received ${seq} after ${this.#last}`);
    } else this.#violations.add("duplicated", `${this.name} received ${seq} again, after ${this.#last}`);
  }

  /** Called at the end: every entry up to `head` must have been received. */
  finish(head: number): void {
    const lost = this.#missing.size + Math.max(0, head - this.#last);
    for (let i = 0; i < lost; i++) {
      this.#violations.add("lost", `${this.name} never received ${lost} entries of ${head}; its last is ${this.#last}`);
    }
  }
}
