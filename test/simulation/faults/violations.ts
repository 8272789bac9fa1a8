// What must never happen, counted, with the first examples of each.

export const violationKinds = {
  lost: "an acknowledged command is not in the store, or somebody never heard an entry",
  duplicated: "an entry was told twice on one subscription, or one command was stored twice",
  reordered: "an entry was told after a later one",
  gaps: "an entry was left out of a subscription",
  moved: "a command was acknowledged with two different seqs, or stands elsewhere than acknowledged",
  disagreements: "two listeners, or a listener and the store, have different entries at one seq",
  realTime: "a command sent after another one's acknowledgement stands before it",
  misstated: "a message's state is not what its entries made of it; deleted words are back",
  conflicts: "another command under a used nonce was taken, or the same one was refused as another",
  refused: "a command was refused that is right, or is stored although it was refused",
  stuck: "a command was never answered, or a listener never came back, although nothing was broken any more",
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

  /** Resolves with the first one. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** The examples since it was asked last. */
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
