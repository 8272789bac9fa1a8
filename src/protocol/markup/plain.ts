// The text that a message shows, without its marks: for previews, notifications, copies and names.
import { limits } from "../limits";
import { lineOf } from "../text";
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

const blockText = (nodes: readonly Block[]): string => nodes.map(textOfBlock).join("\n");

function textOfBlock(node: Block): string {
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
}

/** The sign before an item of a list, as it is shown. */
export function signOf(number: string | null, done: boolean | null): string {
  const box = done === null ? "" : done ? "☑" : "☐";
  if (number === null) return box || "•";
  return box === "" ? number : `${number} ${box}`;
}

/** What a mark may begin with, or an address that shows more than was typed. */
const mayShowOther = /[`*_~[\\\n]|^>|:\/\/|www\./i;

/**
 * Returns the text that a message shows, with its line breaks. `isCut`: the text is the beginning
 * of a longer one.
 */
export const shownText = (text: string, isCut = false): string =>
  mayShowOther.test(text) ? blockText(parse(text, isCut)) : text;

/**
 * Returns the beginning of what a message shows, in one line without its marks: for the list of
 * chats, quotes and notifications. Reads only the beginning of a long text.
 */
export function previewOf(text: string, codePoints: number = limits.previewCodePoints): string {
  const head = headOf(text, codePoints);
  return lineOf(shownText(head, head.length < text.length), codePoints);
}

/** Returns the same, which ends with "…" if the message shows more. */
export function shownLine(text: string, codePoints: number): string {
  const head = headOf(text, codePoints);
  const shown = shownText(head, head.length < text.length);
  const line = lineOf(shown, codePoints);
  return head.length < text.length || lineOf(shown, codePoints + 1) !== line ? `${line}…` : line;
}

/** Returns how many characters of a text its preview needs, and to know whether more follow. */
export const previewSource = (codePoints: number = limits.previewCodePoints): number => codePoints * 4 + 1;

const headOf = (text: string, codePoints: number): string =>
  text.slice(0, codePoints * 4).replace(/[\ud800-\udbff]$/, "");
