// Decides which runs of `*`, `_` and `~` are marks, and pairs them. A mark must be clear: text of
// chat holds ranges, products, names of variables and emoticons with the same characters.
import {
  characterAt,
  characterBefore,
  endsWord,
  isAttached,
  isClosingSign,
  isContent,
  isEdge,
  isHangul,
  isOpeningSign,
  isSpacedWord,
  isWordCharacter,
  mayEndMarked,
  mayStartMarked,
} from "./characters";

/** A run of one character. `from` is the position of its backslash if it has one. */
export interface Run {
  from: number;
  to: number;
  character: string;
  length: number;
  isEscaped: boolean;
  line: number;
  canOpen: boolean;
  canClose: boolean;
  /** Where a run that opens has its first letter, digit or emoji. */
  contentAt: number;
  /** A run that opens has to be closed before this position. */
  closesBefore: number;
  /** The length of an opening run that is not yet paired. */
  left: number;
  /** The number of opening runs up to this one that enclose what follows; 0 if it opens nothing. */
  depth: number;
  /** The marks of the run, in the order of the text. */
  marks: readonly Mark[];
}

/** One mark of a pair: a part of a run. */
export interface Mark {
  kind: "strong" | "emphasis" | "strike";
  length: number;
  isOpening: boolean;
  isEscaped: boolean;
}

/** A bracket and a quotation mark may be before the content. In UTF-16 units. */
const MAX_BEFORE_CONTENT = 2;
/** More marks beside a run are not looked at. */
const MAX_BESIDE = 6;

/** Reads the runs of a text, from its start to its end. */
export class RunReader {
  #contentAt = -1;
  #wordEnd = -1;

  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the run at `at`. `start` is the position of its backslash, or `at`. */
  read(start: number, at: number, line: number): Run {
    const text = this.#text;
    const character = text.charAt(at);
    let to = at + 1;
    while (text.charAt(to) === character) to++;
    const isEscaped = start < at;
    const length = to - at;
    const mayMark = isEscaped ? character !== "_" && length <= 3 : isMarkLength(character, length);
    const before = characterBefore(text, start);
    const after = characterAt(text, to);
    const canOpen = mayMark && this.#opens(character, length, to, before, after);
    const canClose = mayMark && this.#closes(character, length, start, to, before, after);
    const contentAt = canOpen ? this.#contentFrom(to) : 0;
    // Without spaces between words, only Hangul says where the word ends.
    const closesBefore = canOpen && isHangul(before) ? this.#endOfWord(to) : text.length;
    const [left, depth, marks] = [length, 0, noMarks];
    return {
      from: start,
      to,
      character,
      length,
      isEscaped,
      line,
      canOpen,
      canClose,
      contentAt,
      closesBefore,
      left,
      depth,
      marks,
    };
  }

  #opens(character: string, length: number, to: number, before: string, after: string): boolean {
    const firstAt = this.#endOfMarks(to);
    const first = characterAt(this.#text, firstAt);
    if (isEdge(first)) return false;
    const begins = () => mayStartMarked(first) && this.#contentFrom(firstAt) <= firstAt + MAX_BEFORE_CONTENT;
    if (character === "_") return (isEdge(before) || isOpeningSign(before)) && begins();
    if (isSpacedWord(before) || this.#isPattern(character, length, before, after, to)) return false;
    if (isAttached(before)) return character === "*" && length > 1 && begins();
    return length > 1 || begins();
  }

  #closes(character: string, length: number, from: number, to: number, before: string, after: string): boolean {
    const last = this.#last(from);
    if (isEdge(last)) return false;
    if (isEdge(after)) return last !== "/";
    if (character === "_") {
      return isClosingSign(after) && (after !== "." || isEdge(characterAt(this.#text, to + 1)));
    }
    if (after === "/") return mayEndMarked(last);
    // "**bold**text" is clear, but not "f(**a,**b)".
    if (isSpacedWord(after)) return length > 1 && mayEndMarked(last);
    return before !== "/";
  }

  /** Whether stars stand for any name of a file: "src/**\/x", "*.ts", or begin a comment. */
  #isPattern(character: string, length: number, before: string, after: string, to: number): boolean {
    if (character !== "*") return false;
    if (before === "/") return length === 1 || after === "/" || after === ".";
    return length === 1 && after === "." && isWordCharacter(characterAt(this.#text, to + 1));
  }

  /** Returns the position of the first character behind a run that is no mark. */
  #endOfMarks(to: number): number {
    let at = to;
    while (at - to < MAX_BESIDE && isMark(this.#text.charAt(at))) at++;
    return at;
  }

  /** Returns the last character before a run that is no mark. */
  #last(from: number): string {
    let at = from;
    while (from - at < MAX_BESIDE && isMark(this.#text.charAt(at - 1))) at--;
    return characterBefore(this.#text, at);
  }

  // Both only go forward, so that all runs of a text take linear time. Marks are no content.

  #contentFrom(at: number): number {
    if (this.#contentAt < at) this.#contentAt = indexOf(this.#text, isContent, at);
    return this.#contentAt;
  }

  #endOfWord(at: number): number {
    if (this.#wordEnd < at) this.#wordEnd = indexOf(this.#text, endsWord, at);
    return this.#wordEnd;
  }
}

const isMark = (character: string): boolean => character === "*" || character === "_" || character === "~";

/** Returns the position of the first character of a class; the length if there is none. */
function indexOf(text: string, isWanted: (character: string) => boolean, from: number): number {
  let at = from;
  while (at < text.length) {
    const character = characterAt(text, at);
    if (isWanted(character)) return at;
    at += character.length;
  }
  return at;
}

function isMarkLength(character: string, length: number): boolean {
  if (character === "*") return length <= 3;
  return character === "_" ? length === 1 : length === 2;
}

/** Bound: always empty. */
const noMarks: readonly Mark[] = [];

/** Which lengths of openers fit a closer: equal ones, and three stars are one and two. */
const fitting: readonly (readonly number[])[] = [[], [1, 3], [2, 3], [1, 2, 3]];
const characters = "*_~";

/** Gives the runs their marks. Each pair encloses whole pairs. Takes linear time. */
export function pairRuns(runs: readonly Run[]): void {
  const pairs = new Pairs();
  for (const run of runs) {
    while (run.canClose && run.left > 0 && pairs.close(run));
    if (run.canOpen && run.left === run.length) pairs.open(run);
  }
}

class Pairs {
  /** The open runs, the outermost first. Bound: the runs of the text. */
  readonly #open: Run[] = [];
  /** The same by their character and the length that is left, with runs that are no longer open. */
  readonly #byLength: Run[][] = Array.from({ length: characters.length * 4 }, () => []);

  open(run: Run): void {
    run.depth = this.#open.push(run);
    this.#listOf(run, run.left).push(run);
  }

  /** Pairs a closing run with the innermost opening one that fits; returns whether there is one. */
  close(run: Run): boolean {
    const opener = this.#find(run);
    if (!opener) return false;
    this.#open.length = opener.depth - 1;
    const length = opener.left >= 2 && run.left >= 2 ? 2 : 1;
    const kind = run.character === "~" ? "strike" : length === 2 ? "strong" : "emphasis";
    const isEscaped = opener.isEscaped || run.isEscaped;
    run.marks = [...run.marks, { kind, length, isOpening: false, isEscaped }];
    // The mark next to the text is the last of the opening run.
    opener.marks = [{ kind, length, isOpening: true, isEscaped }, ...opener.marks];
    run.left -= length;
    opener.left -= length;
    if (opener.left > 0) this.open(opener);
    return true;
  }

  #find(run: Run): Run | null {
    let best: Run | null = null;
    for (const length of fitting[run.left] ?? []) {
      const list = this.#listOf(run, length);
      let last = list.at(-1);
      while (last && !(this.#open[last.depth - 1] === last && last.left === length && isInReach(last, run))) {
        list.pop();
        last = list.at(-1);
      }
      if (last && last.contentAt < run.from && (!best || last.depth > best.depth)) best = last;
    }
    return best;
  }

  #listOf({ character }: Run, left: number): Run[] {
    return this.#byLength[characters.indexOf(character) * 4 + left] ?? [];
  }
}

/** One star and one underscore mark a part of one line. */
const isInReach = (opener: Run, closer: Run): boolean =>
  closer.from < opener.closesBefore && (opener.left !== 1 || opener.line === closer.line);
