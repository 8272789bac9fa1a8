// Splits an excerpt at the matches of the search.
import type { Excerpt } from "../../protocol";

export interface ExcerptPiece {
  /** Where the piece begins in the excerpt. */
  at: number;
  text: string;
  isMarked: boolean;
}

/** Leaves out marks that are empty, outside the text, or overlapping the mark before. */
export function splitExcerpt({ text, marks }: Excerpt): ExcerptPiece[] {
  const pieces: ExcerptPiece[] = [];
  let done = 0;
  for (const [start, end] of marks) {
    if (start < done || end <= start || end > text.length) continue;
    if (start > done) pieces.push({ at: done, text: text.slice(done, start), isMarked: false });
    pieces.push({ at: start, text: text.slice(start, end), isMarked: true });
    done = end;
  }
  if (done < text.length) pieces.push({ at: done, text: text.slice(done), isMarked: false });
  return pieces;
}
