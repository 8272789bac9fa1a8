// The commands of the newest entries, kept in memory so that a retry is found without reading rows. It only ever answers for positions it
// has seen being made; for everything before, the log itself is asked. Losing it (hibernation, a crash) costs time, never correctness.
const CAPACITY = 4_096;

export class RecentNonces {
  readonly #seqs = new Map<string, number>();
  #from: number;

  /** `head`: what lies at or before it is not known here. */
  constructor(head: number) {
    this.#from = head;
  }

  /** Entries after this position are all known. */
  get from(): number {
    return this.#from;
  }

  add(actor: string, nonce: string, seq: number): void {
    this.#seqs.set(`${actor} ${nonce}`, seq);
    if (this.#seqs.size <= CAPACITY) return;
    for (const [key, oldest] of this.#seqs) {
      this.#seqs.delete(key);
      this.#from = oldest;
      return;
    }
  }

  find(actor: string, nonce: string): number | null {
    return this.#seqs.get(`${actor} ${nonce}`) ?? null;
  }
}
