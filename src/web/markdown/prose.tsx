// Renders a parsed message as React elements. It never produces HTML from text.
import { Fragment, memo, useMemo } from "react";
import { CodeBlock } from "./code-block";
import { TextWithMentions } from "./mention";
import { parse } from "./parse";
import type { Block, Inline } from "./tree";

export const Prose = memo(function Prose({ text }: { text: string }) {
  const blocks = useMemo(() => parse(text), [text]);
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
          <Blocks nodes={node.children} />
        </blockquote>
      );
    case "list": {
      const items = node.items.map((item) => (
        <li key={item.key} dir="auto" data-task={item.isTask || undefined}>
          <Blocks nodes={item.children} />
        </li>
      ));
      return node.start === null ? <ul>{items}</ul> : <ol start={node.start}>{items}</ol>;
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
      return <TextWithMentions text={node.text} />;
    case "break":
      return <br />;
    case "code":
      return <code>{node.text}</code>;
    case "link":
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer nofollow">
          <Inlines nodes={node.children} />
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
