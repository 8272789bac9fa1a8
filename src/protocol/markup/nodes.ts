// Makes the nodes of what the scanner found in a paragraph.
import { characterBefore } from "./characters";
import { type Mark, pairRuns, type Run } from "./delimiters";
import type { Inline } from "./tree";
import { warningOf } from "./urls";

/** Deeper nesting stays as it was typed. */
export const MAX_DEPTH = 8;

/** Counts the keys of the nodes of one message. */
export interface Keys {
  next: number;
}

/** What the scanner found: a range of the text, or what that range stands for. */
export type Piece =
  | { kind: "text"; from: number; to: number }
  | { kind: "run"; run: Run }
  | { kind: "code"; text: string }
  | { kind: "address"; from: number; to: number; href: string }
  | { kind: "bracket"; from: number; to: number; isEscaped: boolean }
  | { kind: "link"; href: string; label: Piece[]; labelText: string };

/** Makes the nodes of pieces. */
export function build(text: string, pieces: readonly Piece[], keys: Keys, depth: number): Inline[] {
  const runs = pieces.flatMap((piece) => (piece.kind === "run" ? [piece.run] : []));
  if (runs.length > 1) pairRuns(runs);
  const frames: { mark: Mark | null; nodes: Inline[] }[] = [{ mark: null, nodes: [] }];
  const top = () => frames[frames.length - 1]?.nodes ?? [];
  const show = (from: number, to: number) => {
    if (from < to) addText(top(), text, from, to, keys);
  };
  /** Pairs that are nested too deeply stay as they were typed. */
  let beyond = 0;
  const mark = (one: Mark, from: number, length: number) => {
    if (one.isEscaped) return show(from, from + length);
    if (one.isOpening) {
      if (beyond > 0 || frames.length + depth > MAX_DEPTH) {
        beyond++;
        show(from, from + length);
      } else frames.push({ mark: one, nodes: [] });
      return;
    }
    if (beyond > 0) {
      beyond--;
      show(from, from + length);
      return;
    }
    const frame = frames.pop();
    if (frame?.mark) top().push({ key: keys.next++, kind: frame.mark.kind, children: frame.nodes });
  };
  for (const piece of pieces) {
    switch (piece.kind) {
      case "text":
      case "bracket":
        show(piece.from, piece.to);
        break;
      case "code":
        top().push({ key: keys.next++, kind: "code", text: piece.text });
        break;
      case "address": {
        const children: Inline[] = [];
        addText(children, text, piece.from, piece.to, keys);
        top().push({ key: keys.next++, kind: "link", href: piece.href, warning: null, children });
        break;
      }
      case "link": {
        const { href, label, labelText } = piece;
        const children = build(text, label, keys, depth + frames.length);
        top().push({ key: keys.next++, kind: "link", href, warning: warningOf(labelText, href), children });
        break;
      }
      case "run":
        showRun(piece.run, show, mark);
    }
  }
  return frames[0]?.nodes ?? [];
}

const lengthOf = (mark: Mark): number => (mark.kind === "emphasis" ? 1 : 2);

/** Shows a run: its marks, and as text what is left of it, outside of its marks. */
function showRun(
  run: Run,
  show: (from: number, to: number) => void,
  mark: (one: Mark, from: number, length: number) => void,
): void {
  const { marks } = run;
  if (marks.length === 0) {
    show(run.from, run.to);
    return;
  }
  const start = run.isEscaped ? run.from + 1 : run.from;
  const marked = marks.reduce((sum, one) => sum + lengthOf(one), 0);
  const isOpening = marks.some((one) => one.isOpening);
  let at = isOpening ? run.to - marked : start;
  if (isOpening) show(start, at);
  for (const one of marks) {
    mark(one, at, lengthOf(one));
    at += lengthOf(one);
  }
  if (!isOpening) show(at, run.to);
}

/** Adds a range of the text to nodes, to the last text if that ends where the range begins. */
function addText(nodes: Inline[], text: string, from: number, to: number, keys: Keys): void {
  const last = nodes.at(-1);
  if (last?.kind === "text" && last.at + last.text.length === from) last.text += text.slice(from, to);
  else {
    const before = characterBefore(text, from);
    nodes.push({ key: keys.next++, kind: "text", text: text.slice(from, to), at: from, before });
  }
}
