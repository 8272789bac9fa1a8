// Parses the text of a message. This is the only place that knows the marks. The grammar is in
// `protocol/SPEC.md`.
import { parseBlocks } from "./blocks";
import { isVisible } from "./characters";
import type { Block, Inline } from "./tree";

/**
 * Returns the blocks of a text. A text whose marks would show nothing stays as it was typed.
 * `isCut`: the text is the beginning of a longer one, whose end may have the end of a fence.
 */
export function parse(text: string, isCut = false): Block[] {
  const blocks = parseBlocks(text, { next: 0 }, isCut);
  return blocks.some(showsSomething) ? blocks : [plainBlock(text)];
}

const plainBlock = (text: string): Block => ({
  key: 0,
  kind: "paragraph",
  children: [{ key: 1, kind: "text", text, at: 0, before: "" }],
});

function showsSomething(block: Block): boolean {
  switch (block.kind) {
    case "paragraph":
      return block.children.some(isShown);
    case "code":
      return isVisible(block.text);
    case "quote":
      return block.children.some(showsSomething);
    case "list":
      return block.items.some(({ children }) => children.some(showsSomething));
  }
}

const isShown = (node: Inline): boolean =>
  node.kind === "text" || node.kind === "code" ? isVisible(node.text) : node.children.some(isShown);
