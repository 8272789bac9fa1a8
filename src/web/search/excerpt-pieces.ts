// Splits an excerpt at the matches of the search.
import type { Excerpt } from "../../protocol";

export interface ExcerptPiece {
  /** Where the piece begins in the excerpt. */
  at: number;
  text: string;
  isMarked: boolean;
}

/** A hit shows three lines. With more text before the first match, that could be below them. */
const MAX_BEFORE_MATCH = 32;

/**
 * Leaves out marks that are empty, outside the text, or overlapping the mark before. Most of the
 * text before the first one is left out too.
 */
export function splitExcerpt({ text, marks }: Excerpt): ExcerptPiece[] {
  const pieces: ExcerptPiece[] = [];
  const [match = 0] = marks.find(([start, end]) => start < end && end <= text.length) ?? [];
  let done = startOf(text, match);
  if (done > 0) pieces.push({ at: 0, text: "…", isMarked: false });
  for (const [start, end] of marks) {
    if (start < done || end <= start || end > text.length) continue;
    if (start > done) pieces.push({ at: done, text: text.slice(done, start), isMarked: false });
    pieces.push({ at: start, text: text.slice(start, end), isMarked: true });
    done = end;
  }
  if (done < text.length) pieces.push({ at: done, text: text.slice(done), isMarked: false });
  return pieces;
}

/** Returns where the shown text begins: at a word if there is one, never inside a character. */
function startOf(text: string, match: number): number {
  if (match <= MAX_BEFORE_MATCH) return 0;
  const wanted = match - MAX_BEFORE_MATCH;
  const space = text.indexOf(" ", wanted - 1);
  if (space !== -1 && space < match) return space + 1;
  return /[\udc00-\udfff]/.test(text.charAt(wanted)) ? wanted + 1 : wanted;
}
