// The nonces of the newest entries, in memory, so that a retry is found without reading rows. It
// knows only entries that were appended since the object woke; for older ones the log itself is
// searched. A lost memory (hibernation, a crash) costs time and never correctness.
const CAPACITY = 4_096;

export class RecentNonces {
  readonly #seqs = new Map<string, number>();
  #from: number;

  /** `head`: entries at or before it are not known here. */
  constructor(head: number) {
    this.#from = head;
  }

  /** Every entry after this position is known. */
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
