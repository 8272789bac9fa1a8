// Counts the violations by kind and keeps the first examples of each.

export const violationKinds = {
  lost: "an acknowledged command is not stored, or a client never received an entry",
  duplicated: "an entry came twice on one subscription, or one command was stored twice",
  reordered: "an entry came after a later one",
  gaps: "a subscription left out an entry",
  moved: "a command was acknowledged with two seqs, or is stored at another seq than acknowledged",
  disagreements: "two clients, or a client and the store, have different entries at one seq",
  realTime: "a command sent after another's acknowledgement has a lower seq",
  misstated: "a message differs from what its entries make of it, or shows a deleted text",
  conflicts: "a different command under a used nonce was accepted, or a copy was refused as different",
  refused: "a correct command was refused, or a refused command is stored",
  stuck: "a command was never answered, or a client did not recover, although all faults were over",
  resets: "a cursor was refused, although the log is the same",
} as const;

export type ViolationKind = keyof typeof violationKinds;

const EXAMPLES = 4;

export class Violations {
  readonly counts: Record<ViolationKind, number>;
  readonly examples: string[] = [];
  #reported = 0;
  readonly #first = Promise.withResolvers<void>();

  constructor() {
    const kinds = Object.keys(violationKinds) as ViolationKind[];
    this.counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<ViolationKind, number>;
  }

  /** Resolves with the first violation. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** The examples since the last call. */
  unreported(): string[] {
    const news = this.examples.slice(this.#reported);
    this.#reported = this.examples.length;
    return news;
  }

  add(kind: ViolationKind, example: string): void {
    this.counts[kind]++;
    if (this.counts[kind] <= EXAMPLES) this.examples.push(`${kind}: ${example}`);
    this.#first.resolve();
  }
}
