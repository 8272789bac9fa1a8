// Renders a parsed message as React elements. It never produces HTML from text.
import { Fragment, memo, useMemo } from "react";
import { type Block, type Inline, parse, signOf } from "../../protocol";
import { CodeBlock } from "./code-block";
import { TextWithMentions, WithoutMentions } from "./mention";

/** `isCut`: the text is the beginning of a longer one. */
export const Prose = memo(function Prose({ text, isCut = false }: { text: string; isCut?: boolean }) {
  const blocks = useMemo(() => parse(text, isCut), [text, isCut]);
  return <Blocks nodes={blocks} />;
});

function Blocks({ nodes }: { nodes: readonly Block[] }) {
  return nodes.map((node) => <BlockNode key={node.key} node={node} />);
}

function BlockNode({ node }: { node: Block }) {
  switch (node.kind) {
    case "paragraph":
      return (
        <p dir="auto">
          <Inlines nodes={node.children} />
        </p>
      );
    case "code":
      return <CodeBlock text={node.text} language={node.language} />;
    case "quote":
      return (
        <blockquote dir="auto">
          <WithoutMentions>
            <Blocks nodes={node.children} />
          </WithoutMentions>
        </blockquote>
      );
    case "list": {
      // The sign of an item is text, so that a number stays as it was typed, also in a copy. A
      // paragraph beside it would be copied as another line.
      const items = node.items.map(({ key, number, done, children }) => (
        <li key={key} dir="auto">
          <span className="item-sign">{signOf(number, done)} </span>
          {children.map((child) =>
            child.kind === "paragraph" ? (
              <span key={child.key} className="item-text">
                <Inlines nodes={child.children} />
              </span>
            ) : (
              <BlockNode key={child.key} node={child} />
            ),
          )}
        </li>
      ));
      return node.items[0]?.number === null ? <ul>{items}</ul> : <ol>{items}</ol>;
    }
  }
}

function Inlines({ nodes }: { nodes: readonly Inline[] }) {
  return nodes.map((node) => (
    <Fragment key={node.key}>
      <InlineNode node={node} />
    </Fragment>
  ));
}

function InlineNode({ node }: { node: Inline }) {
  switch (node.kind) {
    case "text":
      return <TextWithMentions node={node} />;
    case "code":
      return <code>{node.text}</code>;
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
          <WithoutMentions>
            {/* A label cannot turn the host beside it. */}
            {node.warning === null ? (
              <Inlines nodes={node.children} />
            ) : (
              <bdi>
                <Inlines nodes={node.children} />
              </bdi>
            )}
          </WithoutMentions>
          {node.warning !== null && <bdi>{` (${node.warning})`}</bdi>}
        </a>
      );
    default: {
      const Tag = { strong: "strong", emphasis: "em", strike: "s" }[node.kind] as "strong" | "em" | "s";
      return (
        <Tag>
          <Inlines nodes={node.children} />
        </Tag>
      );
    }
  }
}
