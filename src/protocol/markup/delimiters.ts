// Decides which runs of `*`, `_` and `~` are marks, and pairs them. A mark must be clear: text of
// chat holds ranges, products, names of variables and emoticons with the same characters.
import { characterAt, characterBefore, isAttached, isEdge, isSpacedWord, isWordCharacter } from "./characters";

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
}

/** One mark of a pair: a part of a run. */
export interface Mark {
  kind: "strong" | "emphasis" | "strike";
  isOpening: boolean;
  isEscaped: boolean;
}

/** Reads the run at `at`. `start` is the position of its backslash, or `at`. */
export function readRun(text: string, start: number, at: number, end: number, line: number): Run {
  const character = text.charAt(at);
  let to = at + 1;
  // Each escaped mark has its own backslash.
  const isEscaped = start < at;
  while (!isEscaped && to < end && text.charAt(to) === character) to++;
  const length = to - at;
  const before = characterBefore(text, start);
  const after = to < text.length ? characterAt(text, to) : "";
  const mayMark = isEscaped ? character !== "_" : isMarkLength(character, length);
  return {
    ...{ from: start, to, character, length, isEscaped, line },
    canOpen: mayMark && !isEdge(after) && opensAfter(character, length, before),
    canClose: mayMark && !isEdge(before) && closesBefore(character, after),
  };
}

function isMarkLength(character: string, length: number): boolean {
  if (character === "*") return length <= 3;
  return character === "_" ? length === 1 : length === 2;
}

/** Two or three stars may follow a word in a script without spaces: "이건**중요**해요". */
function opensAfter(character: string, length: number, before: string): boolean {
  if (isEdge(before)) return true;
  if (character === "_") return !isWordCharacter(before) && !"\\/._¯-".includes(before);
  if (isSpacedWord(before)) return false;
  return !isAttached(before) || (character === "*" && length > 1);
}

/** A particle may follow: "**마감**까지". Underscores are in names, so nothing follows them. */
function closesBefore(character: string, after: string): boolean {
  if (isEdge(after)) return true;
  if (character === "_") return !isWordCharacter(after) && !"/.\\".includes(after);
  return !isSpacedWord(after);
}

interface Opener {
  run: Run;
  index: number;
  /** The length that is not yet paired. */
  left: number;
}

/** Which lengths of openers fit a closer: equal ones, and three stars are one and two. */
const fitting: Record<number, readonly number[]> = { 1: [1, 3], 2: [2, 3], 3: [1, 2, 3] };

/**
 * Returns the marks of each run, by the index of the run, in the order of the text. Each pair
 * encloses whole pairs. Takes linear time.
 */
export function pairRuns(runs: readonly Run[]): Map<number, Mark[]> {
  const closing = new Map<number, Mark[]>();
  const opening = new Map<number, Mark[]>();
  const stack: Opener[] = [];
  const lists = new Map<string, { opener: Opener; depth: number }[]>();
  const listOf = (character: string, left: number) => {
    const key = character + left;
    let list = lists.get(key);
    if (!list) lists.set(key, (list = []));
    return list;
  };
  const push = (opener: Opener) => {
    stack.push(opener);
    listOf(opener.run.character, opener.left).push({ opener, depth: stack.length });
  };
  /** Returns the innermost opener that a closer may pair with. */
  const find = (run: Run, left: number): Opener | null => {
    let best: { opener: Opener; depth: number } | null = null;
    for (const length of fitting[left] ?? []) {
      const list = listOf(run.character, length);
      for (let last = list.at(-1); last; last = list.at(-1)) {
        const isOpen = stack[last.depth - 1] === last.opener && last.opener.left === length;
        // One star and one underscore mark a part of one line.
        if (isOpen && (length !== 1 || last.opener.run.line === run.line)) break;
        list.pop();
      }
      const last = list.at(-1);
      if (last && (!best || last.depth > best.depth)) best = last;
    }
    if (!best) return null;
    stack.length = best.depth;
    return best.opener;
  };
  runs.forEach((run, index) => {
    let left = run.length;
    while (run.canClose && left > 0) {
      const opener = find(run, left);
      if (!opener) break;
      const length = opener.left >= 2 && left >= 2 ? 2 : 1;
      const kind = run.character === "~" ? "strike" : length === 2 ? "strong" : "emphasis";
      const isEscaped = opener.run.isEscaped || run.isEscaped;
      add(closing, index, { kind, isOpening: false, isEscaped });
      // The mark next to the text is the last of the opening run.
      const marks = opening.get(opener.index) ?? [];
      opening.set(opener.index, [{ kind, isOpening: true, isEscaped }, ...marks]);
      left -= length;
      stack.pop();
      opener.left -= length;
      if (opener.left > 0) push(opener);
    }
    if (run.canOpen && left === run.length) push({ run, index, left });
  });
  for (const [index, marks] of opening) closing.set(index, [...(closing.get(index) ?? []), ...marks]);
  return closing;
}

const add = (to: Map<number, Mark[]>, index: number, mark: Mark): void => {
  const marks = to.get(index);
  if (marks) marks.push(mark);
  else to.set(index, [mark]);
};
