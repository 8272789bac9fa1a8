// Parses the inside of a paragraph: code, links, and marks of emphasis.
import { characterBefore, isVisible } from "./characters";
import { type Mark, pairRuns, type Run, readRun } from "./delimiters";
import type { Inline } from "./tree";
import { endOfAddress, safeHref, warningOf } from "./urls";

/** Deeper nesting stays as it was typed. */
export const MAX_DEPTH = 8;

/** Counts the keys of the nodes of one message. */
export interface Keys {
  next: number;
}

type Piece =
  | { kind: "text"; from: number; to: number }
  | { kind: "run"; run: Run }
  | { kind: "code"; text: string }
  | { kind: "address"; from: number; to: number; href: string }
  | { kind: "bracket"; from: number; to: number; isEscaped: boolean }
  | { kind: "link"; href: string; label: Piece[]; labelText: string };

/** Parses a text without its blocks. Takes linear time. */
export function parseInlines(text: string, keys: Keys): Inline[] {
  return build(text, new Scanner(text).scan(), keys, 0);
}

const scheme = /https?:\/\//iy;
const mailAddress = /[a-z0-9][a-z0-9.+_-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\p{L}\p{N}_@-])/iuy;
/** A character after which an address cannot begin. */
const insideWord = /[\p{Script=Latin}\p{N}_.+@/-]/u;
/** Where something other than text may begin. */
const special = /[`\\*_~[\]\n]|https?:\/\/|@/gi;

class Scanner {
  readonly #pieces: Piece[] = [];
  /** The indices of the open brackets among the pieces. */
  #brackets: number[] = [];
  /** The end of the text that is in a piece. */
  #done = 0;
  #line = 0;
  #ticks: Map<number, number[]> | null = null;
  #parentheses: Int32Array | null = null;

  constructor(private readonly text: string) {}

  scan(): Piece[] {
    const { text } = this;
    special.lastIndex = 0;
    for (let found = special.exec(text); found; found = special.exec(text)) {
      special.lastIndex = this.#take(found.index, found[0]);
    }
    this.#flush(text.length);
    return this.#pieces;
  }

  /** Reads what begins at a position. Returns where to go on. */
  #take(at: number, found: string): number {
    if (found.length > 1) return this.#address(at);
    switch (found) {
      case "\n":
        this.#line++;
        return at + 1;
      case "\\":
        return this.#escape(at);
      case "`":
        return this.#code(at, at);
      case "[":
        return this.#open(at, at);
      case "]":
        return this.#close(at);
      case "@":
        return this.#mail(at);
      default:
        return this.#run(at, at);
    }
  }

  #flush(to: number): void {
    if (to > this.#done) this.#pieces.push({ kind: "text", from: this.#done, to });
    this.#done = to;
  }

  #add(piece: Piece, from: number, to: number): number {
    this.#flush(from);
    this.#pieces.push(piece);
    this.#done = to;
    return to;
  }

  /** A backslash takes the effect of the mark behind it. Before anything else it is text. */
  #escape(at: number): number {
    const next = this.text.charAt(at + 1);
    if (next === "*" || next === "~") return this.#run(at, at + 1);
    if (next === "`") return this.#code(at, at + 1);
    if (next === "[") return this.#open(at, at + 1);
    return at + 1;
  }

  #run(start: number, at: number): number {
    const run = readRun(this.text, start, at, this.text.length, this.#line);
    if (!run.canOpen && !run.canClose) return run.to;
    return this.#add({ kind: "run", run }, start, run.to);
  }

  #code(start: number, at: number): number {
    let from = at + 1;
    while (this.text.charAt(from) === "`") from++;
    const length = from - at;
    const to = this.#nextTicks(length, from);
    if (to === null) return from;
    if (start < at) {
      // The backslash is not shown. What it stands before is text.
      this.#flush(start);
      this.#done = at;
      return from;
    }
    const inner = this.text.slice(from, to);
    if (!isVisible(inner)) return from;
    const isPadded = inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "";
    this.#line += countLines(inner);
    return this.#add({ kind: "code", text: isPadded ? inner.slice(1, -1) : inner }, start, to + length);
  }

  /** Returns the next run of exactly this many backticks; null if there is none. */
  #nextTicks(length: number, from: number): number | null {
    this.#ticks ??= ticksIn(this.text);
    const places = this.#ticks.get(length);
    if (!places) return null;
    // The scan only goes forward.
    while (places.length > 0 && (places.at(-1) ?? 0) < from) places.pop();
    return places.at(-1) ?? null;
  }

  #address(at: number): number {
    scheme.lastIndex = at;
    scheme.test(this.text);
    const from = scheme.lastIndex;
    if (insideWord.test(characterBefore(this.text, at))) return from;
    const to = endOfAddress(this.text, from, this.text.length);
    const address = this.text.slice(at, to);
    const href = to > from ? safeHref(address) : null;
    if (href === null) return from;
    // Part of the address may be made to look like another host.
    const { username } = new URL(href);
    if (username === "") return this.#add({ kind: "address", from: at, to, href }, at, to);
    return this.#add({ kind: "link", href, label: [{ kind: "text", from: at, to }], labelText: address }, at, to);
  }

  /** An address of mail ends behind its "@", so it is found from there. */
  #mail(at: number): number {
    let from = at;
    while (from > this.#done && at - from < 64 && /[a-z0-9.+_-]/i.test(this.text.charAt(from - 1))) from--;
    while (from < at && !/[a-z0-9]/i.test(this.text.charAt(from))) from++;
    if (from === at || insideWord.test(characterBefore(this.text, from))) return at + 1;
    mailAddress.lastIndex = from;
    if (!mailAddress.test(this.text)) return at + 1;
    const to = mailAddress.lastIndex;
    const href = safeHref(`mailto:${this.text.slice(from, to)}`);
    return href === null ? at + 1 : this.#add({ kind: "address", from, to, href }, from, to);
  }

  #open(start: number, at: number): number {
    // What is typed for an image stays as it is.
    if (this.text.charAt(start - 1) === "!") return at + 1;
    const next = this.#add({ kind: "bracket", from: start, to: at + 1, isEscaped: start < at }, start, at + 1);
    this.#brackets.push(this.#pieces.length - 1);
    return next;
  }

  /** Makes a link of what is behind the last open bracket, if an address follows. */
  #close(at: number): number {
    const index = this.#brackets.pop();
    if (index === undefined || this.text.charAt(at + 1) !== "(") return at + 1;
    const end = this.#closingParenthesis(at + 1);
    const href = end > at + 2 ? safeHref(this.text.slice(at + 2, end)) : null;
    const bracket = this.#pieces[index];
    if (href === null || bracket?.kind !== "bracket") return at + 1;
    if (!isVisible(this.text.slice(bracket.to, at))) return at + 1;
    if (bracket.isEscaped) {
      this.#pieces[index] = { kind: "text", from: bracket.to - 1, to: bracket.to };
      return at + 1;
    }
    this.#flush(at);
    const label = this.#pieces.splice(index).slice(1).map(asLabel);
    // There are no links in links, so no bracket before this one makes a link around it.
    this.#brackets = [];
    return this.#add({ kind: "link", href, label, labelText: labelTextOf(this.text, label) }, at, end + 1);
  }

  /** Returns the parenthesis that closes the one at `at`, in a text without white space; else 0. */
  #closingParenthesis(at: number): number {
    this.#parentheses ??= parenthesesIn(this.text);
    return this.#parentheses[at] ?? 0;
  }
}

const asLabel = (piece: Piece): Piece =>
  piece.kind === "address" || piece.kind === "bracket" ? { kind: "text", from: piece.from, to: piece.to } : piece;

/** The text of a label without its marks, and without what hides a host name. */
const labelTextOf = (text: string, label: readonly Piece[]): string =>
  label
    .map((piece) => {
      if (piece.kind === "text") return text.slice(piece.from, piece.to);
      if (piece.kind === "code") return piece.text;
      return piece.kind === "run" && !piece.run.canOpen && !piece.run.canClose ? piece.run.character : "";
    })
    .join("");

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Returns the positions of the runs of backticks by their length, the last one first. */
function ticksIn(text: string): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const { index, 0: run } of [...text.matchAll(/`+/g)].reverse()) {
    const known = places.get(run.length);
    if (known) known.push(index);
    else places.set(run.length, [index]);
  }
  return places;
}

/** Returns the position of the closing parenthesis for each opening one; 0 where there is none. */
function parenthesesIn(text: string): Int32Array {
  const closing = new Int32Array(text.length);
  let open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 0x20) open = [];
    else if (unit === 0x28) open.push(at);
    else if (unit === 0x29) {
      const start = open.pop();
      if (start !== undefined) closing[start] = at;
    }
  }
  return closing;
}

/** Makes the nodes of pieces. */
function build(text: string, pieces: readonly Piece[], keys: Keys, depth: number): Inline[] {
  const runs = pieces.flatMap((piece) => (piece.kind === "run" ? [piece.run] : []));
  const marksOf = runs.length > 1 ? pairRuns(runs) : new Map<number, Mark[]>();
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
  let index = 0;
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
        showRun(piece.run, marksOf.get(index++) ?? [], show, mark);
    }
  }
  return frames[0]?.nodes ?? [];
}

const lengthOf = (mark: Mark): number => (mark.kind === "emphasis" ? 1 : 2);

/** Shows a run: its marks, and as text what is left of it, outside of its marks. */
function showRun(
  run: Run,
  marks: readonly Mark[],
  show: (from: number, to: number) => void,
  mark: (one: Mark, from: number, length: number) => void,
): void {
  if (marks.length === 0) return show(run.from, run.to);
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
