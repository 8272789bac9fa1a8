// The changefeed in memory, without its content: the keys of one table with their versions. It is
// read once after each start, so that a sync reads only the rows that it sends.

export interface FeedEntry<T> {
  key: string;
  version: number;
  state: T;
}

export class FeedIndex<T> {
  /**
   * In the order of their versions: a changed entry is removed and added at the end.
   * Bound: about 200 bytes for each row of its table. Inbox: a row for each membership. Settings:
   * `limits.drafts`, a mute and a level for each membership, and a number of ended ones. Those
   * that left the inbox: `GONE_MAX`.
   */
  readonly #entries = new Map<string, FeedEntry<T>>();

  /** `stored`: in any order. It is sorted here, because sorting in SQL reads each row twice. */
  constructor(stored: Iterable<FeedEntry<T>>) {
    const ascending = [...stored].sort((one, other) => one.version - other.version);
    for (const entry of ascending) this.#entries.set(entry.key, entry);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): FeedEntry<T> | undefined {
    return this.#entries.get(key);
  }

  /** Adds or moves an entry. `version` is the newest of the feed. */
  set(key: string, version: number, state: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, { key, version, state });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** All entries, the oldest change first. */
  all(): FeedEntry<T>[] {
    return [...this.#entries.values()];
  }

  /** The entries that changed after a version, the oldest change first. */
  after(version: number): FeedEntry<T>[] {
    return this.all().filter((entry) => entry.version > version);
  }
}
