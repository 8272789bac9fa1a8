// Parses a text to its blocks: fenced code, quotes, lists, and paragraphs for everything else.
import { type Closing, closingIn, type Opening, openingIn } from "./fences";
import { parseInlines } from "./inlines";
import { type Keys, MAX_DEPTH } from "./nodes";
import type { Block, ListItem } from "./tree";

interface Line {
  text: string;
  from: number;
  /** The end without the line break. */
  to: number;
}

const item = /^( *)(?:([-*])|(\d{1,9})([.)]))[ \t]+(?=\S)(?:\[([ xX])\][ \t]+(?=\S))?/;

export function parseBlocks(text: string, keys: Keys, isCut = false, depth = 0): Block[] {
  return new BlockParser(text, keys, isCut, depth).parse();
}

class BlockParser {
  readonly #text: string;
  readonly #keys: Keys;
  readonly #isCut: boolean;
  readonly #depth: number;
  readonly #lines: Line[];
  /** Bound: the lines of the text. */
  readonly #blocks: Block[] = [];
  /** The fences of each character that may close code, by line. Bound: the lines of the text. */
  readonly #closings: Record<string, readonly (Closing | null)[]> = {};
  /** The lengths from which a fence of each character is known to have no end. */
  readonly #unclosed: Record<string, number> = {};
  /** The first line of the paragraph that is being read. */
  #paragraph = 0;

  constructor(text: string, keys: Keys, isCut: boolean, depth: number) {
    this.#text = text;
    this.#keys = keys;
    this.#isCut = isCut;
    this.#depth = depth;
    this.#lines = linesOf(text);
  }

  parse(): Block[] {
    let at = 0;
    while (at < this.#lines.length) {
      const next = this.#depth < MAX_DEPTH ? this.#block(at) : at;
      if (next > at) this.#paragraph = next;
      at = Math.max(next, at + 1);
    }
    this.#endParagraph(this.#lines.length);
    return this.#blocks;
  }

  #line(at: number): string {
    return this.#lines[at]?.text ?? "";
  }

  /** Adds the block that begins at a line. Returns the line after it; `at` if none begins there. */
  #block(at: number): number {
    const line = this.#line(at);
    // Most lines begin no block.
    const first = line.charCodeAt(0);
    if (first === 0x3e) return this.#quote(at);
    if (first !== 0x60 && first !== 0x7e && item.test(line)) {
      const end = this.#list(at);
      if (end > at) return end;
    }
    if (first !== 0x7e && !line.includes("```")) return at;
    const opening = openingIn(line);
    return opening === null ? at : this.#code(at, opening);
  }

  #add(at: number, block: Block): void {
    this.#endParagraph(at);
    this.#blocks.push(block);
  }

  /** A fence without an end is text. */
  #code(at: number, { character, length, textTo, language, codeFrom }: Opening): number {
    const line = this.#lines[at];
    if (!line || length >= (this.#unclosed[character] ?? Number.POSITIVE_INFINITY)) return at;
    const closings = this.#closingsOf(character);
    let end = at + 1;
    while (end < this.#lines.length && (closings[end]?.length ?? 0) < length) end++;
    const last = this.#lines[end];
    if (!last && !this.#isCut) {
      this.#unclosed[character] = length;
      return at;
    }
    const closing = closings[end];
    const from = codeFrom === null ? (this.#lines[at + 1]?.from ?? line.to) : line.from + codeFrom;
    // A line of only the fence, with the line break before it, is no code.
    const isBehindCode = last && closing && last.text.slice(0, closing.from).trim() !== "";
    const to = isBehindCode ? last.from + closing.from : (this.#lines[end - 1]?.to ?? from);
    this.#lines[at] = { text: line.text.slice(0, textTo), from: line.from, to: line.from + textTo };
    const text = this.#text.slice(from, Math.max(from, to));
    this.#add(textTo > 0 ? at + 1 : at, { key: this.#keys.next++, kind: "code", text, language });
    const rest = last && closing ? last.text.slice(closing.to) : "";
    if (!last || !closing || rest.trim() === "") return end + 1;
    const skipped = closing.to + rest.length - rest.trimStart().length;
    this.#lines[end] = { text: rest.trimStart(), from: last.from + skipped, to: last.to };
    return end;
  }

  #closingsOf(character: string): readonly (Closing | null)[] {
    this.#closings[character] ??= this.#lines.map(({ text }) => closingIn(text, character));
    return this.#closings[character];
  }

  /** A quote ends with its line. The sign needs a space behind it. */
  #quote(at: number): number {
    if (!/^> *\S/.test(this.#line(at)) || !isQuoted(this.#line(at))) return at;
    let end = at;
    const inner: string[] = [];
    for (; end < this.#lines.length && isQuoted(this.#line(end)); end++) inner.push(this.#line(end).slice(2));
    const key = this.#keys.next++;
    this.#add(at, { key, kind: "quote", children: parseBlocks(inner.join("\n"), this.#keys, false, this.#depth + 1) });
    return end;
  }

  /** One line with a sign is no list, unless it has a check box. */
  #list(at: number): number {
    const { items, end } = readItems(this.#lines, at);
    if (items.length < 2 && items[0]?.done === null) return at;
    this.#add(at, listOf(items, this.#keys));
    return end;
  }

  /** Adds the paragraph before a block, or at the end of the text. */
  #endParagraph(end: number): void {
    let from = this.#paragraph;
    let to = end;
    const isAfterBlock = this.#blocks.length > 0;
    const isBeforeBlock = end < this.#lines.length;
    // The empty lines beside a block separate it from the text.
    while (isAfterBlock && from < to && this.#line(from).trim() === "") from++;
    while (isBeforeBlock && to > from && this.#line(to - 1).trim() === "") to--;
    this.#paragraph = end;
    const first = this.#lines[from];
    const last = this.#lines[to - 1];
    if (from >= to || !first || !last) return;
    const key = this.#keys.next++;
    const children = parseInlines(this.#text.slice(first.from, last.to), this.#keys);
    if (children.length > 0) this.#blocks.push({ key, kind: "paragraph", children });
  }
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let from = 0; ; ) {
    const end = text.indexOf("\n", from);
    const to = end === -1 ? text.length : end;
    lines.push({ text: text.slice(from, text.charAt(to - 1) === "\r" && to > from ? to - 1 : to), from, to });
    if (end === -1) return lines;
    from = end + 1;
  }
}

const isQuoted = (line: string): boolean => line.startsWith("> ") || line === ">";

interface Item {
  indent: number;
  sign: string;
  /** The number of an ordered item; null for a bullet. */
  number: number | null;
  typed: string | null;
  done: boolean | null;
  lines: string[];
  /** Items below this one. */
  below: Item[];
}

function itemOf(line: string): Item | null {
  const match = item.exec(line);
  if (!match) return null;
  const [all, spaces = "", bullet, digits, dot = "", box] = match;
  return {
    indent: spaces.length,
    sign: bullet ?? dot,
    number: digits === undefined ? null : Number(digits),
    typed: digits === undefined ? null : digits + dot,
    done: box === undefined ? null : box !== " ",
    lines: [line.slice(all.length)],
    below: [],
  };
}

/** Reads the items of a list from a line on. `end` is the line after them. */
function readItems(lines: readonly Line[], start: number): { items: Item[]; end: number } {
  const items: Item[] = [];
  let path: Item[] = [];
  let end = start;
  for (let at = start; at < lines.length; at++) {
    const line = lines[at]?.text ?? "";
    // One empty line may be between two items.
    if (line.trim() === "") {
      if (at === end && itemOf(lines[at + 1]?.text ?? "")) continue;
      break;
    }
    const next = itemOf(line);
    const parents = next ? path.filter(({ indent }) => next.indent >= indent + 2) : [];
    const siblings = parents.at(-1)?.below ?? items;
    if (next && parents.length < MAX_DEPTH && follows(next, siblings, parents.length)) {
      siblings.push(next);
      path = [...parents, next];
    } else if (!next && at === end && /^ {2,}\S/.test(line)) path.at(-1)?.lines.push(line.trimStart());
    else break;
    end = at + 1;
  }
  return { items, end };
}

/** Whether an item continues a list: with the same sign, and a number with the next number. */
function follows(next: Item, siblings: readonly Item[], depth: number): boolean {
  const last = siblings.at(-1);
  if (!last) return depth > 0 || next.indent < 4;
  if (last.sign !== next.sign || Math.abs(last.indent - next.indent) > 1) return false;
  return last.number === null ? next.number === null : next.number === last.number + 1;
}

const listOf = (items: readonly Item[], keys: Keys): Block => ({
  key: keys.next++,
  kind: "list",
  items: items.map(({ typed, done, lines, below }): ListItem => {
    const children: Block[] = [{ key: keys.next++, kind: "paragraph", children: parseInlines(lines.join("\n"), keys) }];
    if (below.length > 0) children.push(listOf(below, keys));
    return { key: keys.next++, number: typed, done, children };
  }),
});
