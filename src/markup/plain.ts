// The text that a message shows, without its marks: for previews, notifications, copies and names.
import { parse } from "./parse";
import type { Block, Inline } from "./tree";

const inlineText = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (node.kind === "text" || node.kind === "code") return node.text;
      const text = inlineText(node.children);
      return node.kind === "link" && node.warning !== null ? `${text} (${node.warning})` : text;
    })
    .join("");

const blockText = (nodes: readonly Block[]): string =>
  nodes
    .map((node) => {
      switch (node.kind) {
        case "paragraph":
          return inlineText(node.children);
        case "code":
          return node.text;
        case "quote":
          return blockText(node.children);
        case "list":
          return node.items
            .map(({ number, done, children }) => `${signOf(number, done)} ${blockText(children)}`)
            .join("\n");
      }
    })
    .join("\n");

/** The sign before an item of a list, as it is shown. */
export function signOf(number: string | null, done: boolean | null): string {
  const box = done === null ? "" : done ? "☑" : "☐";
  if (number === null) return box || "•";
  return box === "" ? number : `${number} ${box}`;
}

/** Returns the text that a message shows, with its line breaks. */
export const shownText = (text: string): string => blockText(parse(text));

/**
 * Returns one line of at most `max` code points. Ends with "…" if the text is longer. Parses only
 * the beginning of a long text.
 */
export function shownLine(text: string, max: number): string {
  const head = text.slice(0, max * 4).replace(/[\ud800-\udbff]$/, "");
  const line = shownText(head).replace(/\s+/gu, " ").trim();
  const characters = [...line];
  const isCut = head.length < text.length || characters.length > max;
  return isCut ? `${characters.slice(0, max).join("")}…` : line;
}
