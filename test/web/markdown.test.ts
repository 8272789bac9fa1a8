import { describe, expect, it } from "vitest";
import { isBigEmoji } from "../../src/web/markdown/big-emoji";
import { excerptOf } from "../../src/web/markdown/excerpt";
import { isMisleading, safeHref } from "../../src/web/markdown/link";
import { parse } from "../../src/web/markdown/parse";
import { plainText } from "../../src/web/markdown/plain-text";
import type { Block, Inline } from "../../src/web/markdown/tree";

/** Returns every node of a tree, as "kind" or "kind:text". */
function outline(nodes: readonly (Block | Inline)[]): string[] {
  return nodes.flatMap((node): string[] => {
    if (node.kind === "text") return [`text:${node.text}`];
    if (node.kind === "code") return [`code:${node.text}`];
    if (node.kind === "link") return [`link:${node.href}`, ...outline(node.children)];
    if (node.kind === "list") return ["list", ...node.items.flatMap((item) => outline(item.children))];
    if (node.kind === "break") return ["break"];
    return [node.kind, ...outline(node.children)];
  });
}

const links = (text: string) => outline(parse(text)).filter((line) => line.startsWith("link:"));

describe("the markdown of a message", () => {
  it("has bold, italic, strike, code and line breaks", () => {
    expect(outline(parse("**a** *b* ~~c~~ `d`\ne"))).toEqual([
      "paragraph",
      "strong",
      "text:a",
      "text: ",
      "emphasis",
      "text:b",
      "text: ",
      "strike",
      "text:c",
      "text: ",
      "code:d",
      "break",
      "text:e",
    ]);
  });

  it("has quotes, lists and fenced code with a language", () => {
    expect(outline(parse("> q\n\n- a\n- b\n\n```ts\nx < y\n```"))).toEqual([
      "quote",
      "paragraph",
      "text:q",
      "list",
      "paragraph",
      "text:a",
      "paragraph",
      "text:b",
      "code:x < y",
    ]);
    expect(parse("```ts title\nx\n```")[0]).toMatchObject({ kind: "code", language: "ts" });
  });

  it("shows headings, tables, rules and character references as they were typed", () => {
    for (const typed of ["# not a title", "| a | b |\n| - | - |", "---", "a &amp; b &lt;i&gt;"])
      expect(outline(parse(typed))).toEqual(["paragraph", `text:${typed}`]);
  });
});

describe("unsafe input", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<!-- hidden -->",
  ];

  it.each(hostile)("turns %s into nothing but its own text", (typed) => {
    const shown = outline(parse(typed));
    expect(shown.every((line) => line === "paragraph" || line.startsWith("text:") || line === "break")).toBe(true);
    expect(plainText(typed, 200)).toBe(typed);
  });

  it.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/relative)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
  ])("makes no link of %s", (typed) => {
    expect(links(typed)).toEqual([]);
  });

  it("shows the source of an image, not the image", () => {
    expect(outline(parse("![cat](https://example.com/cat.png)"))).toContain("text:![cat](https://example.com/cat.png)");
  });

  it("stays plain where it exhausts the lexer or is too long for it", () => {
    for (const typed of [
      "> ".repeat(9_000),
      "1. ".repeat(3_300),
      "[".repeat(9_999),
      "_a_".repeat(3_000),
      "*".repeat(99_999),
    ]) {
      const started = performance.now();
      expect(parse(typed).length).toBeGreaterThan(0);
      expect(performance.now() - started).toBeLessThan(2_000);
    }
  });

  it("gets a unique key for each node", () => {
    const keys: number[] = [];
    JSON.stringify(parse("- **a** `b`\n- [c](https://example.com)\n\n> d\n> e"), (name, value) => {
      if (name === "key") keys.push(value);
      return value;
    });
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("links", () => {
  it("are absolute and of a safe scheme", () => {
    expect(safeHref("https://example.com/a b")).toBe("https://example.com/a%20b");
    expect(safeHref("mailto:alice@example.com")).toBe("mailto:alice@example.com");
    expect(safeHref("ftp://example.com")).toBeNull();
    expect(safeHref("example.com")).toBeNull();
  });

  it("are found without markdown", () => {
    expect(links("see https://example.com/x?a=1&b=2.")).toEqual(["link:https://example.com/x?a=1&b=2"]);
    expect(links("write to alice@example.com")).toEqual(["link:mailto:alice@example.com"]);
  });

  it("show their host if the label names another one", () => {
    expect(isMisleading("example.com", "https://evil.example/")).toBe(true);
    expect(isMisleading("www.example.com/page", "https://example.com/page")).toBe(false);
    expect(isMisleading("read this", "https://evil.example/")).toBe(false);
    expect(isMisleading("alice@example.com", "mailto:alice@example.com")).toBe(false);
    expect(outline(parse("[bank.example](https://evil.example/)"))).toContain("text: (evil.example)");
    expect(outline(parse("[аpple.com](https://xn--pple-43d.com/)")).join()).not.toContain("(");
  });
});

describe("previews and excerpts", () => {
  it("have one line without marks, cut between characters", () => {
    expect(plainText("**Hi** `there`\n\n- one\n- two", 40)).toBe("Hi there • one • two");
    expect(plainText("1. yes", 40)).toBe("1. yes");
    expect(plainText("2024. was good", 40)).toBe("2024. was good");
    expect(plainText("- [x] done", 40)).toBe("☑ done");
    expect(plainText("😀".repeat(10), 4)).toBe("😀😀😀😀…");
  });

  it("cut a long message and keep a short one", () => {
    expect(excerptOf("short")).toBeNull();
    expect(excerptOf("line\n".repeat(40))?.split("\n").length).toBe(20);
    const excerpt = excerptOf("word ".repeat(2_000)) ?? "";
    expect(excerpt.length).toBeLessThanOrEqual(1_800);
    expect(excerpt.isWellFormed()).toBe(true);
    expect((excerptOf("😀".repeat(5_000)) ?? "\ud800").isWellFormed()).toBe(true);
  });

  it("treat only a few emoji as large", () => {
    for (const big of ["😀", "👏🎉", "👩‍👩‍👧", "🇰🇷", "❤️", "1️⃣", "👍🏽 👍🏽"]) expect(isBigEmoji(big), big).toBe(true);
    for (const plain of ["", "7", "#", "ok 👍", "😀".repeat(7), "©", "안녕"])
      expect(isBigEmoji(plain), plain).toBe(false);
  });
});
