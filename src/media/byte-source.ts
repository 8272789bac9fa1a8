// Reads of a stored file by ranges. The readers of formats keep one window of a file in memory, so
// that a file of any size costs the same memory.

/** A file of `size` bytes. */
export interface ByteSource {
  readonly size: number;
  /** Returns the bytes from `offset` on: `length`, or fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Returns bytes in memory as a source. */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** A file whose structure is not that of its type, or too odd to be worth reading. */
export class MalformedFile extends Error {
  override readonly name = "MalformedFile";
}

/** The most bytes that one read returns. */
const READ_MAX = 512 * 1024;

/**
 * The bytes of a window: one request to the store reads the headers of most pictures. A file that
 * is read on gets larger windows, because the platform limits the requests of an invocation.
 */
const FIRST_WINDOW_BYTES = 64 * 1024;
const LAST_WINDOW_BYTES = 2 * 1024 * 1024;
/** After so many loads each window is the largest one, wherever the reads go. */
const LOADS_MAX = 100;

/** Reads small pieces of a source from one window, which follows the reads. */
export class WindowReader {
  readonly #source: ByteSource;
  #loads = 0;
  #nextBytes = FIRST_WINDOW_BYTES;
  #start = 0;
  #window: Uint8Array = new Uint8Array();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get size(): number {
    return this.#source.size;
  }

  /**
   * Returns `length` bytes from `offset`, at most 512 KiB. They are valid until the next read.
   * Throws `MalformedFile` if the file is shorter.
   */
  async bytes(offset: number, length: number): Promise<Uint8Array> {
    if (length > READ_MAX || offset + length > this.size) throw new MalformedFile("a part is longer than the file");
    const start = offset - this.#start;
    if (start >= 0 && start + length <= this.#window.length) return this.#window.subarray(start, start + length);
    await this.#load(offset, length);
    return this.#window.subarray(0, length);
  }

  /** Returns the bytes from `offset` to the end of the window; none at the end of the file. */
  async rest(offset: number): Promise<Uint8Array> {
    if (offset >= this.size) return new Uint8Array();
    const start = offset - this.#start;
    if (start < 0 || start >= this.#window.length) {
      await this.#load(offset);
      return this.#window;
    }
    return this.#window.subarray(start);
  }

  /** Like `bytes`, as a view that reads numbers. */
  async view(offset: number, length: number): Promise<DataView> {
    const bytes = await this.bytes(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async #load(offset: number, length = 0): Promise<void> {
    const isNext = offset <= this.#start + this.#window.length && offset >= this.#start;
    const grown = isNext ? this.#nextBytes : FIRST_WINDOW_BYTES;
    const bytes = ++this.#loads > LOADS_MAX ? LAST_WINDOW_BYTES : Math.max(grown, length);
    this.#nextBytes = Math.min(LAST_WINDOW_BYTES, 2 * bytes);
    this.#window = await this.#source.read(offset, Math.min(bytes, this.size - offset));
    this.#start = offset;
  }
}

/** Returns the characters of bytes, one each. */
export const latinOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
