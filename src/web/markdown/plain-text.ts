// The text of a message without its markdown marks, for previews and accessible names.
import { parse } from "./parse";
import type { Block, Inline } from "./tree";

const inlineText = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (node.kind === "text" || node.kind === "code") return node.text;
      if (node.kind === "break") return " ";
      return inlineText(node.children);
    })
    .join("");

const blockText = (nodes: readonly Block[]): string =>
  nodes
    .map((node) => {
      if (node.kind === "paragraph") return inlineText(node.children);
      if (node.kind === "code") return node.text;
      if (node.kind === "quote") return blockText(node.children);
      // Numbers are kept: "1. yes" may answer a question.
      const markOf = (at: number) => (node.start === null ? "•" : `${node.start + at}.`);
      return node.items
        .map((item, at) => `${item.isTask ? "" : `${markOf(at)} `}${blockText(item.children)}`)
        .join(" ");
    })
    .join(" ");

/** Returns one line of at most `max` characters. Only the beginning of a long text is parsed. */
export function plainText(text: string, max: number): string {
  const head = text.slice(0, max * 4).replace(/[\ud800-\udbff]$/, "");
  const line = blockText(parse(head)).replace(/\s+/gu, " ").trim();
  const characters = [...line];
  const isCut = head.length < text.length || characters.length > max;
  return isCut ? `${characters.slice(0, max).join("")}…` : line;
}
