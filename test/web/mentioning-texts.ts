import type { Block, Inline, TextNode } from "../../src/protocol";

/** Returns the texts in which the page highlights mentions: not those of quotes, code and links. */
export function* mentioningTexts(blocks: readonly Block[]): Generator<TextNode> {
  for (const block of blocks) {
    if (block.kind === "paragraph") yield* textsIn(block.children);
    if (block.kind === "list") for (const { children } of block.items) yield* mentioningTexts(children);
  }
}

function* textsIn(nodes: readonly Inline[]): Generator<TextNode> {
  for (const node of nodes) {
    if (node.kind === "text") yield node;
    else if (node.kind !== "code" && node.kind !== "link") yield* textsIn(node.children);
  }
}
