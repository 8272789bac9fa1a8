// Finds pieces of many secret texts in bytes, in one pass: any 12 bytes of a text, in UTF-8 or
// UTF-16.

const PIECE = 12;
const SLOTS_LOG2 = 22;

export interface Find {
  needle: string;
  offset: number;
  encoding: "utf8" | "utf16le";
}

interface Piece {
  needle: string;
  encoding: "utf8" | "utf16le";
  bytes: Buffer;
}

const slotOf = (bytes: Buffer, at: number): number =>
  Math.imul(bytes.readInt32LE(at) ^ Math.imul(bytes.readInt32LE(at + 4), 0x85ebca6b), 0x9e3779b1) >>> (32 - SLOTS_LOG2);

export class Needles {
  readonly #slots = new Uint8Array(2 ** SLOTS_LOG2);
  readonly #pieces = new Map<number, Piece[]>();

  constructor(needles: Iterable<string>) {
    for (const needle of needles) {
      for (const encoding of ["utf8", "utf16le"] as const) {
        const bytes = Buffer.from(needle, encoding);
        for (let at = 0; at + PIECE <= bytes.length; at++)
          this.#add({ needle, encoding, bytes: bytes.subarray(at, at + PIECE) });
      }
    }
  }

  findIn(bytes: Buffer): Find[] {
    const finds: Find[] = [];
    for (let at = 0; at + PIECE <= bytes.length; at++) {
      const slot = slotOf(bytes, at);
      if (this.#slots[slot] === 0) continue;
      for (const { needle, encoding, bytes: piece } of this.#pieces.get(slot) ?? []) {
        if (piece.compare(bytes, at, at + PIECE) === 0) finds.push({ needle, encoding, offset: at });
      }
    }
    return finds;
  }

  findInText = (text: string): Find[] => this.findIn(Buffer.from(text));

  #add(piece: Piece): void {
    const slot = slotOf(piece.bytes, 0);
    this.#slots[slot] = 1;
    const there = this.#pieces.get(slot);
    if (there) there.push(piece);
    else this.#pieces.set(slot, [piece]);
  }
}

/** How many different needles were found. */
export const countNeedles = (finds: readonly Find[]): number => new Set(finds.map(({ needle }) => needle)).size;
