// How a file is rewritten: as pieces of the stored file and new bytes between them. Nothing is
// decoded, so the pixels and the sound stay as they are.

/** A range of the stored file, new bytes, or a number of zeros. */
export type FilePiece =
  | { kind: "range"; from: number; to: number }
  | { kind: "bytes"; bytes: Uint8Array }
  | { kind: "zeros"; count: number };

export const lengthOf = (piece: FilePiece): number =>
  piece.kind === "range" ? piece.to - piece.from : piece.kind === "bytes" ? piece.bytes.length : piece.count;

export const totalOf = (pieces: readonly FilePiece[]): number =>
  pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);

/** Collects the pieces of a rewritten file in their order. Ranges that touch become one. */
export class PieceList {
  /** Bound: the segments, chunks and boxes that the reader of a format takes. */
  readonly pieces: FilePiece[] = [];

  keep(from: number, to: number): void {
    const last = this.pieces.at(-1);
    if (to <= from) return;
    if (last?.kind === "range" && last.to === from) last.to = to;
    else this.pieces.push({ kind: "range", from, to });
  }

  add(bytes: Uint8Array): void {
    this.pieces.push({ kind: "bytes", bytes });
  }
}

/** Whether the pieces are the stored file of `size` bytes, unchanged. */
export function isWhole(pieces: readonly FilePiece[], size: number): boolean {
  const [first, second] = pieces;
  return second === undefined && first?.kind === "range" && first.from === 0 && first.to === size;
}

/** Bytes that replace those at `at`: `bytes`, then zeros up to `length`. */
export interface Overwrite {
  at: number;
  length: number;
  bytes?: Uint8Array;
}

/**
 * Returns the pieces of a file of `size` bytes with some of them overwritten; nothing moves. Where
 * two overlap, the earlier one holds.
 */
export function overwritten(size: number, overwrites: readonly Overwrite[]): FilePiece[] {
  const list = new PieceList();
  let done = 0;
  for (const { at, length, bytes } of overwrites.toSorted((a, b) => a.at - b.at)) {
    if (at >= size) break;
    const end = Math.min(size, at + length);
    if (at < done) {
      // The part beyond the earlier one is still to be zeroed.
      if (end > done) list.pieces.push({ kind: "zeros", count: end - done });
      done = Math.max(done, end);
      continue;
    }
    list.keep(done, at);
    const head = bytes?.subarray(0, end - at) ?? new Uint8Array();
    if (head.length > 0) list.add(head);
    if (end - at > head.length) list.pieces.push({ kind: "zeros", count: end - at - head.length });
    done = end;
  }
  list.keep(done, size);
  return list.pieces;
}

/** Returns the rewritten file of a stored file that is in memory. */
export function applyPieces(bytes: Uint8Array, pieces: readonly FilePiece[]): Uint8Array {
  const result = new Uint8Array(totalOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    if (piece.kind === "range") result.set(bytes.subarray(piece.from, piece.to), at);
    else if (piece.kind === "bytes") result.set(piece.bytes, at);
    at += lengthOf(piece);
  }
  return result;
}
