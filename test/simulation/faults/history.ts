// The operations of a channel's clients: what was sent, acknowledged and refused. It is kept
// outside of the server, so that no kill affects it.
import type { ComposedCommand } from "../../../src/sdk/index.ts";
import type { Violations } from "./violations.ts";

export interface Operation {
  author: string;
  command: ComposedCommand;
  /**
   * When it was first sent and first acknowledged, in milliseconds of this process's monotonic
   * clock.
   */
  sentAt: number;
  ackedAt: number | null;
  /** The seq of the acknowledgement. */
  seq: number | null;
  /** Why it was refused for good. */
  refusal: string | null;
}

/**
 * The SDK removed it from its outbox: it was refused for good, or found in a page of history before
 * its event came. Only the stored log can tell which.
 */
const SETTLED = "the SDK removed it";

export class History {
  readonly #violations: Violations;
  readonly #operations = new Map<string, Operation>();
  readonly #waiting = new Set<{ limit: number; resolve: () => void }>();
  #unanswered = 0;
  #unansweredSends = 0;
  #acked = 0;
  #ackedSends = 0;

  constructor(violations: Violations) {
    this.#violations = violations;
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

  get operations(): Iterable<Operation> {
    return this.#operations.values();
  }

  get(author: string, nonce: string): Operation | undefined {
    return this.#operations.get(`${author} ${nonce}`);
  }

  /** The command is about to be sent for the first time. */
  sent(author: string, command: ComposedCommand, now: number): void {
    const operation = { author, command, sentAt: now, ackedAt: null, seq: null, refusal: null };
    this.#operations.set(`${author} ${command.nonce}`, operation);
    this.#unanswered++;
    if (command.type === "message.send") this.#unansweredSends++;
  }

  ackedAt(author: string, nonce: string, seq: number, now: number): void {
    const operation = this.get(author, nonce);
    if (!operation) return;
    if (operation.seq !== null) {
      if (operation.seq !== seq)
        this.#violations.add("moved", `${nonce} was acknowledged as ${operation.seq}, then as ${seq}`);
      return;
    }
    if (operation.refusal === null) this.#answered(operation);
    else if (operation.refusal !== SETTLED) {
      this.#violations.add("refused", `${nonce} was refused (${operation.refusal}) and then acknowledged as ${seq}`);
    }
    operation.refusal = null;
    operation.seq = seq;
    operation.ackedAt = now;
    this.#acked++;
    if (operation.command.type === "message.send") this.#ackedSends++;
  }

  refused(author: string, nonce: string, why: string): void {
    const operation = this.get(author, nonce);
    if (!operation || operation.seq !== null || operation.refusal !== null) return;
    operation.refusal = why;
    this.#answered(operation);
  }

  settled(author: string, nonce: string): void {
    this.refused(author, nonce, SETTLED);
  }

  /** Resolves when at most `limit` commands are unanswered. */
  async whenUnanswered(limit: number): Promise<void> {
    if (this.#unanswered <= limit) return;
    await new Promise<void>((resolve) => this.#waiting.add({ limit, resolve }));
  }

  #answered({ command }: Operation): void {
    this.#unanswered--;
    if (command.type === "message.send") this.#unansweredSends--;
    for (const waiting of this.#waiting) {
      if (this.#unanswered > waiting.limit) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }
}
