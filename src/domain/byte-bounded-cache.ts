// A cache that is bounded by the bytes it holds, not by the number of its entries.

/** What an entry costs beside its strings: the slot of the map and the headers of the strings. */
const ENTRY_BYTES = 128;

/**
 * Keeps values by text. The oldest entries are dropped beyond `maxBytes`. A key of more than
 * `maxKeyLength` UTF-16 units is never kept: a caller decides how long its keys are, and few long
 * keys would push out all others.
 */
export class ByteBoundedCache<V> {
  /** Bound: `maxBytes`, counted by `#bytesOf`. */
  readonly #values = new Map<string, V>();
  #bytes = 0;

  constructor(
    readonly maxBytes: number,
    private readonly maxKeyLength: number,
    /** Returns the bytes of a value, without the overhead of an entry. */
    private readonly sizeOf: (value: V) => number,
  ) {}

  /** The bytes of all entries, estimated from above. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  /** Keeps a value if its key is short enough. Returns the value. */
  set(key: string, value: V): V {
    if (key.length > this.maxKeyLength) return value;
    this.delete(key);
    this.#values.set(key, value);
    this.#bytes += this.#bytesOf(key, value);
    for (const [oldest, dropped] of this.#values) {
      if (this.#bytes <= this.maxBytes) break;
      this.#values.delete(oldest);
      this.#bytes -= this.#bytesOf(oldest, dropped);
    }
    return value;
  }

  delete(key: string): void {
    const known = this.#values.get(key);
    if (known === undefined) return;
    this.#values.delete(key);
    this.#bytes -= this.#bytesOf(key, known);
  }

  #bytesOf(key: string, value: V): number {
    return ENTRY_BYTES + 2 * key.length + this.sizeOf(value);
  }
}
