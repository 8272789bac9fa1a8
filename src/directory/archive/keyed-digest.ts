// The head of an HMAC-SHA-256 of a short text. Search tokens need ten or more for each message, and
// one call of `node:crypto` costs several times as much as the digest itself. So texts that fit one
// block of SHA-256 are computed here. The result is the same as that of `node:crypto`, which
// computes the longer ones.
import { createHmac } from "node:crypto";

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
/** A block also holds the byte that ends the text, and eight bytes for the length. */
const SHORT_BYTES = BLOCK_BYTES - 9;
/** A UTF-16 unit takes at most three bytes in UTF-8. */
const BUFFER_BYTES = 3 * SHORT_BYTES;
const DIGEST_BYTES = 32;

/** The constants of FIPS 180-4: fractions of the roots of the first primes. */
const primes = firstPrimes(64);
const roundConstants = Int32Array.from(primes, (prime) => fractionOf(Math.cbrt(prime)));
const initialState = Int32Array.from(primes.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)));

// Shared by all digests, because each is computed without a pause.
const schedule = new Int32Array(64);
const block = new Uint8Array(BLOCK_BYTES);
const words = new DataView(block.buffer);
const utf8 = new Uint8Array(BUFFER_BYTES);
const encoder = new TextEncoder();

export class KeyedDigest {
  /** The states of SHA-256 after the two blocks that HMAC makes from the key. */
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #state = new Int32Array(8);

  /** `key`: at most 64 bytes. */
  constructor(private readonly key: Uint8Array) {
    this.#inner = stateAfterKey(key, 0x36);
    this.#outer = stateAfterKey(key, 0x5c);
  }

  /** Returns the first 48 bits of the HMAC of a text in UTF-8. */
  headOf(text: string): number {
    const length = encodeShort(text);
    if (length === null) return createHmac("sha256", this.key).update(text).digest().readUIntBE(0, 6);
    const state = this.#state;
    state.set(this.#inner);
    endBlock(length);
    compress(state);
    for (let i = 0; i < 8; i++) words.setInt32(4 * i, state[i] ?? 0);
    state.set(this.#outer);
    endBlock(DIGEST_BYTES);
    compress(state);
    return ((state[0] ?? 0) >>> 0) * 0x10000 + ((state[1] ?? 0) >>> 16);
  }
}

/** Writes a text into the block. Returns its bytes; null if it does not fit. */
function encodeShort(text: string): number | null {
  if (text.length > SHORT_BYTES) return null;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encodeShortUtf8(text);
    block[i] = unit;
  }
  return text.length;
}

function encodeShortUtf8(text: string): number | null {
  const { written } = encoder.encodeInto(text, utf8);
  if (written > SHORT_BYTES) return null;
  block.set(utf8.subarray(0, written));
  return written;
}

/** Ends the text in the block, which follows a block of the key. */
function endBlock(length: number): void {
  block[length] = 0x80;
  block.fill(0, length + 1);
  words.setInt32(BLOCK_BYTES - 4, 8 * (BLOCK_BYTES + length));
}

function stateAfterKey(key: Uint8Array, pad: number): Int32Array {
  block.fill(pad);
  for (let i = 0; i < key.length; i++) block[i] = (key[i] ?? 0) ^ pad;
  const state = Int32Array.from(initialState);
  compress(state);
  return state;
}

/** Adds the block to a state of SHA-256: FIPS 180-4, 6.2.2. */
function compress(state: Int32Array): void {
  const w = schedule;
  for (let i = 0; i < BLOCK_WORDS; i++) w[i] = words.getInt32(4 * i);
  for (let i = BLOCK_WORDS; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
  }
  // A typed array is not destructured: its iterator would take longer than the rounds.
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (roundConstants[i] as number) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}

/** Returns the first 32 bits of the fraction of a number. */
function fractionOf(root: number): number {
  return Math.floor((root % 1) * 2 ** 32) | 0;
}
