import type { Block, Inline } from "../../../src/protocol";

/**
 * Returns what is marked in a message, in its order: "strong:text", "em:text", "strike:text",
 * "code:text", "quote", "list", "href:address" and "warns:host".
 */
export function outline(nodes: readonly (Block | Inline)[]): string[] {
  return nodes.flatMap((node): string[] => {
    switch (node.kind) {
      case "text":
        return [];
      case "paragraph":
        return outline(node.children);
      case "code":
        return [`code:${node.text}`];
      case "quote":
        return ["quote", ...outline(node.children)];
      case "list":
        return ["list", ...node.items.flatMap((item) => outline(item.children))];
      case "link":
        return [
          `href:${node.href}`,
          ...(node.warning === null ? [] : [`warns:${node.warning}`]),
          ...outline(node.children),
        ];
      default:
        return [`${node.kind === "emphasis" ? "em" : node.kind}:${textOf(node.children)}`, ...outline(node.children)];
    }
  });
}

/** Returns the text of all nodes, without marks. */
export const textOf = (nodes: readonly Inline[]): string =>
  nodes.map((node) => ("text" in node ? node.text : textOf(node.children))).join("");
