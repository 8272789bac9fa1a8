// A cache that is bounded by the bytes it holds, not by the number of its entries.

/** What an entry costs beside its strings: the slot of the map and the headers of the strings. */
const ENTRY_BYTES = 128;

/**
 * Keeps values by text. What was not read for long is dropped beyond `maxBytes`: half of the cache
 * at once, because a map that loses its first entry again and again becomes slow to read from its
 * beginning. A key of more than `maxKeyLength` UTF-16 units is never kept: a caller decides how
 * long its keys are, and few long keys would push out all others.
 */
export class ByteBoundedCache<V> {
  /** What was set or read since the last drop. Bound: `maxBytes`, counted by `#bytesOf`. */
  #recent = new Map<string, V>();
  #recentBytes = 0;
  /** What was set or read before. Bound: as above, together. */
  #earlier = new Map<string, V>();
  #earlierBytes = 0;

  constructor(
    readonly maxBytes: number,
    private readonly maxKeyLength: number,
    /** Returns the bytes of a value, without the overhead of an entry. */
    private readonly sizeOf: (value: V) => number,
  ) {}

  /** The bytes of all entries, estimated from above. */
  get bytes(): number {
    return this.#recentBytes + this.#earlierBytes;
  }

  get(key: string): V | undefined {
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const earlier = this.#earlier.get(key);
    return earlier === undefined ? undefined : this.set(key, earlier);
  }

  /** Keeps a value if its key is short enough. Returns the value. */
  set(key: string, value: V): V {
    this.delete(key);
    const bytes = this.#bytesOf(key, value);
    if (key.length > this.maxKeyLength || bytes > this.maxBytes) return value;
    if (this.#recentBytes + bytes > this.maxBytes / 2) {
      this.#earlier = this.#recent;
      this.#earlierBytes = this.#recentBytes;
      this.#recent = new Map();
      this.#recentBytes = 0;
    }
    this.#recent.set(key, value);
    this.#recentBytes += bytes;
    if (this.bytes > this.maxBytes) {
      this.#earlier = new Map();
      this.#earlierBytes = 0;
    }
    return value;
  }

  delete(key: string): void {
    const recent = this.#recent.get(key);
    if (recent !== undefined && this.#recent.delete(key)) this.#recentBytes -= this.#bytesOf(key, recent);
    const earlier = this.#earlier.get(key);
    if (earlier !== undefined && this.#earlier.delete(key)) this.#earlierBytes -= this.#bytesOf(key, earlier);
  }

  #bytesOf(key: string, value: V): number {
    return ENTRY_BYTES + 2 * key.length + this.sizeOf(value);
  }
}
