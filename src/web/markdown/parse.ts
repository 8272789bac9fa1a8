// Parses the text of a message to the nodes in `tree.ts`. marked only splits the text, and every
// token is rebuilt here. Tokens without a node of their own (HTML, headings, tables, images) stay
// as they were typed.
import { lexer, type MarkedToken, type Token, type Tokens } from "marked";
import { hostOf, isMisleading, safeHref } from "./link";
import type { Block, Inline, ListItem } from "./tree";

/** Longer texts stay plain: the lexer takes quadratic time for some inputs. */
const MAX_MARKED_LENGTH = 10_000;
/** Deeper nesting stays plain. */
const MAX_DEPTH = 8;

export function parse(text: string): Block[] {
  const builder = new Builder();
  if (text.length > MAX_MARKED_LENGTH) return [builder.plain(text)];
  try {
    return builder.blocks(lexer(text, { gfm: true, breaks: true }), 0);
  } catch {
    // marked recurses, so hostile nesting exhausts the stack.
    return [new Builder().plain(text)];
  }
}

/** A pattern would take quadratic time for many newlines. */
function withoutFinalNewlines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

const isMarked = (_token: Token): _token is MarkedToken => true;

class Builder {
  #keys = 0;

  plain(text: string): Block {
    return { key: this.#keys++, kind: "paragraph", children: [this.#text(text)] };
  }

  blocks(tokens: readonly Token[], depth: number): Block[] {
    return tokens.flatMap((token) => (isMarked(token) ? this.#block(token, depth) : []));
  }

  #block(token: MarkedToken, depth: number): Block[] {
    const key = this.#keys++;
    if (depth > MAX_DEPTH) return [this.plain(token.raw)];
    switch (token.type) {
      case "space":
        return [];
      case "paragraph":
        return [{ key, kind: "paragraph", children: this.#inlines(token.tokens, depth) }];
      case "text":
        return [
          {
            key,
            kind: "paragraph",
            children: token.tokens ? this.#inlines(token.tokens, depth) : [this.#text(token.text)],
          },
        ];
      case "code":
        if (token.codeBlockStyle === "indented") return [this.plain(withoutFinalNewlines(token.raw))];
        return [{ key, kind: "code", text: token.text, language: (token.lang ?? "").split(/\s/, 1)[0] ?? "" }];
      case "blockquote":
        return [{ key, kind: "quote", children: this.blocks(token.tokens, depth + 1) }];
      case "list":
        return [
          {
            key,
            kind: "list",
            start: token.ordered ? Number(token.start || 1) : null,
            items: this.#items(token, depth),
          },
        ];
      default:
        return [this.plain(withoutFinalNewlines(token.raw))];
    }
  }

  #items(list: Tokens.List, depth: number): ListItem[] {
    return list.items.map((item) => {
      const tokens = item.tokens.filter((token) => token.type !== "checkbox");
      const children = this.blocks(tokens, depth + 1);
      const [first] = children;
      if (item.task && first?.kind === "paragraph") first.children.unshift(this.#text(item.checked ? "☑ " : "☐ "));
      return { key: this.#keys++, isTask: item.task, children };
    });
  }

  #inlines(tokens: readonly Token[], depth: number): Inline[] {
    return tokens.map((token) => (isMarked(token) ? this.#inline(token, depth + 1) : this.#text("")));
  }

  #inline(token: MarkedToken, depth: number): Inline {
    const key = this.#keys++;
    if (depth > MAX_DEPTH) return this.#text(token.raw);
    switch (token.type) {
      case "text":
      case "escape":
        return this.#text(token.text);
      case "strong":
        return { key, kind: "strong", children: this.#inlines(token.tokens, depth) };
      case "em":
        return { key, kind: "emphasis", children: this.#inlines(token.tokens, depth) };
      case "del":
        return { key, kind: "strike", children: this.#inlines(token.tokens, depth) };
      case "codespan":
        return { key, kind: "code", text: token.text };
      case "br":
        return { key, kind: "break" };
      case "link":
        return this.#link(token, depth);
      default:
        return this.#text(token.raw);
    }
  }

  #link(token: Tokens.Link, depth: number): Inline {
    const href = safeHref(token.href);
    if (href === null) return this.#text(token.raw);
    const children = this.#inlines(token.tokens, depth);
    if (isMisleading(token.text, href)) children.push(this.#text(` (${hostOf(href)})`));
    return { key: this.#keys++, kind: "link", href, children };
  }

  #text(text: string): Inline {
    return { key: this.#keys++, kind: "text", text };
  }
}
