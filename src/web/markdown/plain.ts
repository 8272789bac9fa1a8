// The words of a message without its marks, for previews and for accessible names.
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
      return node.items.map((item) => blockText(item.children)).join(" ");
    })
    .join(" ");

/** One line of at most `max` characters. */
export function plainText(text: string, max: number): string {
  const line = blockText(parse(text.slice(0, max * 2)))
    .replace(/\s+/gu, " ")
    .trim();
  const characters = [...line];
  return characters.length > max ? `${characters.slice(0, max).join("")}…` : line;
}
