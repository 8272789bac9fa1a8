// The outside copy of what was asked and what was acknowledged, kept where no kill reaches.
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { Faults } from "./faults.ts";

export interface Asked {
  author: string;
  command: ComposedCommand;
  /** When it was first sent, and first acknowledged. Milliseconds of this process's monotonic clock. */
  sentAt: number;
  ackedAt: number | null;
  /** Where the acknowledgement says it stands. */
  seq: number | null;
  /** Why it was given up: refused for good. */
  refusal: string | null;
}

/** The SDK has let go of it: refused for good, or seen in a page of history before its event came. Only the store can tell which. */
const SETTLED = "the SDK gave it up";

export class Ledger {
  readonly #faults: Faults;
  readonly #asked = new Map<string, Asked>();
  readonly #waiting = new Set<{ limit: number; resolve: () => void }>();
  #unanswered = 0;
  #unansweredSends = 0;
  #acked = 0;
  #ackedSends = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Commands that are neither acknowledged nor refused. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Those of them that are messages. */
  get unansweredSends(): number {
    return this.#unansweredSends;
  }

  get acked(): number {
    return this.#acked;
  }

  get ackedSends(): number {
    return this.#ackedSends;
  }

  get all(): Iterable<Asked> {
    return this.#asked.values();
  }

  get(author: string, nonce: string): Asked | undefined {
    return this.#asked.get(`${author} ${nonce}`);
  }

  /** It is about to be sent for the first time. */
  sent(author: string, command: ComposedCommand, now: number): void {
    const asked = { author, command, sentAt: now, ackedAt: null, seq: null, refusal: null };
    this.#asked.set(`${author} ${command.nonce}`, asked);
    this.#unanswered++;
    if (command.type === "message.send") this.#unansweredSends++;
  }

  ackedAt(author: string, nonce: string, seq: number, now: number): void {
    const asked = this.get(author, nonce);
    if (!asked) return;
    if (asked.seq !== null) {
      if (asked.seq !== seq) this.#faults.add("moved", `${nonce} was acknowledged as ${asked.seq}, then as ${seq}`);
      return;
    }
    if (asked.refusal === null) this.#answered(asked);
    else if (asked.refusal !== SETTLED) {
      this.#faults.add("refused", `${nonce} was refused (${asked.refusal}), then it was ${seq}`);
    }
    asked.refusal = null;
    asked.seq = seq;
    asked.ackedAt = now;
    this.#acked++;
    if (asked.command.type === "message.send") this.#ackedSends++;
  }

  refused(author: string, nonce: string, why: string): void {
    const asked = this.get(author, nonce);
    if (!asked || asked.seq !== null || asked.refusal !== null) return;
    asked.refusal = why;
    this.#answered(asked);
  }

  settled(author: string, nonce: string): void {
    this.refused(author, nonce, SETTLED);
  }

  /** Resolves when at most that many are unanswered. */
  async until(limit: number): Promise<void> {
    if (this.#unanswered <= limit) return;
    await new Promise<void>((resolve) => this.#waiting.add({ limit, resolve }));
  }

  #answered({ command }: Asked): void {
    this.#unanswered--;
    if (command.type === "message.send") this.#unansweredSends--;
    for (const waiting of this.#waiting) {
      if (this.#unanswered > waiting.limit) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
