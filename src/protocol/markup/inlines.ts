// Parses the inside of a paragraph: code, links, and marks of emphasis.
import {
  characterAt,
  characterBefore,
  isAttached,
  isEdge,
  isSpacedWord,
  isVisible,
  mayPrecedeCode,
} from "./characters";
import { RunReader } from "./delimiters";
import { build, type Keys, type Piece } from "./nodes";
import type { Inline } from "./tree";
import { endOfAddress, hasUser, safeHref } from "./urls";

/** Parses a text without its blocks. Takes linear time. */
export function parseInlines(text: string, keys: Keys): Inline[] {
  return build(text, new Scanner(text).scan(), keys, 0);
}

/** What follows "www.". */
const bareHost = /^[\p{L}\p{N}-]{1,63}\.\p{L}/u;
/** More of a text is not looked at, in UTF-16 units: each letter may have two. */
const MAX_BARE_HOST = 132;
const mailAddress = /[a-z0-9][a-z0-9.+_-]{0,63}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\p{Script=Latin}\p{N}_@-])/iuy;
/** A character after which an address cannot begin. */
const insideWord = /[\p{Script=Latin}\p{N}_.+@/-]/u;
/** Where something other than text may begin. */
const special = /[`\\*_~[\]\n]|https?:\/\/|www\.|@/gi;

class Scanner {
  readonly #text: string;
  readonly #runs: RunReader;
  /** Bound: fewer than the characters of the text, as all collections of this class. */
  readonly #pieces: Piece[] = [];
  /** The indices of the open brackets among the pieces. Bound: see above. */
  #brackets: number[] = [];
  /** The end of the text that is in a piece. */
  #done = 0;
  #line = 0;
  /** The position of the backticks that an escaped run of them would have as its end. */
  #escapedTo = -1;
  /** The positions of the runs of backticks by their length. Bound: see above. */
  #ticks: Map<number, number[]> | null = null;
  #parentheses: Int32Array | null = null;

  constructor(text: string) {
    this.#text = text;
    this.#runs = new RunReader(text);
  }

  scan(): Piece[] {
    const text = this.#text;
    special.lastIndex = 0;
    for (let found = special.exec(text); found; found = special.exec(text)) {
      special.lastIndex = this.#take(found.index, found[0]);
    }
    this.#flush(text.length);
    return this.#pieces;
  }

  /** Reads what begins at a position. Returns where to go on. */
  #take(at: number, found: string): number {
    if (found.length > 1) return this.#address(at, found);
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
    const next = this.#text.charAt(at + 1);
    if (next === "*" || next === "~") return this.#run(at, at + 1);
    if (next === "`") return this.#code(at, at + 1);
    if (next === "[") return this.#open(at, at + 1);
    return at + 1;
  }

  #run(start: number, at: number): number {
    const run = this.#runs.read(start, at, this.#line);
    if (!run.canOpen && !run.canClose) return run.to;
    return this.#add({ kind: "run", run }, start, run.to);
  }

  #code(start: number, at: number): number {
    let from = at + 1;
    while (this.#text.charAt(from) === "`") from++;
    const length = from - at;
    // The end of what an escaped mark would begin may be escaped too.
    if (start < at && at === this.#escapedTo) return this.#hideBackslash(start, from);
    if (length === 1 && !this.#mayBeginCode(start, from)) return from;
    const to = this.#nextTicks(length, from);
    if (to === null) return from;
    if (start < at) {
      this.#escapedTo = to;
      return this.#hideBackslash(start, from);
    }
    const inner = this.#text.slice(from, to);
    if (!isVisible(inner)) return from;
    const isPadded = inner.startsWith(" ") && inner.endsWith(" ") && inner.trim() !== "";
    this.#line += countLines(inner);
    return this.#add({ kind: "code", text: isPadded ? inner.slice(1, -1) : inner }, start, to + length);
  }

  /** Whether a single backtick may begin code: not in "don`t", "5`" and "(´・ω・`)". */
  #mayBeginCode(start: number, from: number): boolean {
    const before = characterBefore(this.#text, start);
    const after = characterAt(this.#text, from);
    return (isEdge(before) || isAttached(before) || mayPrecedeCode(before)) && !isEdge(after);
  }

  /** The backslash is not shown. What it stands before is text. */
  #hideBackslash(start: number, next: number): number {
    this.#flush(start);
    this.#done = start + 1;
    return next;
  }

  /** Returns the next run of exactly this many backticks; null if there is none. */
  #nextTicks(length: number, from: number): number | null {
    this.#ticks ??= ticksIn(this.#text);
    const places = this.#ticks.get(length);
    if (!places) return null;
    // The scan only goes forward. A letter behind one backtick makes it an apostrophe: "don`t".
    for (let at = places.at(-1); at !== undefined; at = places.at(-1)) {
      if (at >= from && (length > 1 || !isSpacedWord(characterAt(this.#text, at + 1)))) break;
      places.pop();
    }
    return places.at(-1) ?? null;
  }

  /** An address has a scheme, or begins with "www.". */
  #address(at: number, beginning: string): number {
    const from = at + beginning.length;
    if (insideWord.test(characterBefore(this.#text, at))) return from;
    const isBare = !beginning.endsWith("/");
    // First, so that no text is read to its end again and again.
    if (isBare && !bareHost.test(this.#text.slice(from, from + MAX_BARE_HOST))) return from;
    const to = endOfAddress(this.#text, from);
    const address = this.#text.slice(at, to);
    if (isBare && !bareHost.test(this.#text.slice(from, to))) return from;
    const href = to > from ? safeHref(isBare ? `https://${address}` : address) : null;
    if (href === null) return from;
    if (!hasUser(href)) return this.#add({ kind: "address", from: at, to, href }, at, to);
    return this.#add({ kind: "link", href, label: [{ kind: "text", from: at, to }], labelText: address }, at, to);
  }

  /** An address of mail ends behind its "@", so it is found from there. */
  #mail(at: number): number {
    let from = at;
    while (from > this.#done && at - from < 64 && /[a-z0-9.+_-]/i.test(this.#text.charAt(from - 1))) from--;
    while (from < at && !/[a-z0-9]/i.test(this.#text.charAt(from))) from++;
    if (from === at || insideWord.test(characterBefore(this.#text, from))) return at + 1;
    mailAddress.lastIndex = from;
    if (!mailAddress.test(this.#text)) return at + 1;
    const to = mailAddress.lastIndex;
    const href = safeHref(`mailto:${this.#text.slice(from, to)}`);
    return href === null ? at + 1 : this.#add({ kind: "address", from, to, href }, from, to);
  }

  #open(start: number, at: number): number {
    // What is typed for an image stays as it is.
    if (this.#text.charAt(start - 1) === "!") return at + 1;
    const next = this.#add({ kind: "bracket", from: start, to: at + 1, isEscaped: start < at }, start, at + 1);
    this.#brackets.push(this.#pieces.length - 1);
    return next;
  }

  /** Makes a link of what is behind the last open bracket, if an address follows. */
  #close(at: number): number {
    const index = this.#brackets.pop();
    if (index === undefined || this.#text.charAt(at + 1) !== "(") return at + 1;
    const end = this.#closingParenthesis(at + 1);
    const href = end > at + 2 ? safeHref(this.#text.slice(at + 2, end)) : null;
    const bracket = this.#pieces[index];
    if (href === null || bracket?.kind !== "bracket") return at + 1;
    if (!isVisible(this.#text.slice(bracket.to, at))) return at + 1;
    if (bracket.isEscaped) {
      this.#pieces[index] = { kind: "text", from: bracket.to - 1, to: bracket.to };
      return at + 1;
    }
    this.#flush(at);
    const label = this.#pieces.splice(index).slice(1).map(asLabel);
    // There are no links in links, so no bracket before this one makes a link around it.
    this.#brackets = [];
    return this.#add({ kind: "link", href, label, labelText: labelTextOf(this.#text, label) }, at, end + 1);
  }

  /** Returns the parenthesis that closes the one at `at`, in a text without white space; else 0. */
  #closingParenthesis(at: number): number {
    this.#parentheses ??= parenthesesIn(this.#text);
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
      return piece.kind === "code" ? piece.text : "";
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
