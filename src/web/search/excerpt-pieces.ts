// An excerpt in pieces: what was looked for, and what stands between.
import type { Excerpt } from "../../protocol";

export interface ExcerptPiece {
  /** Where it begins in the excerpt. */
  at: number;
  text: string;
  isMarked: boolean;
}

/** Marks outside the text, empty ones, and what overlaps the mark before are left out. */
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
