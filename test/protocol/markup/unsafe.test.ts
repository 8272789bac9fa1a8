// Text that tries to become markup, a dangerous link, or too much work.
import { describe, expect, it } from "vitest";
import { parse, shownText } from "../../../src/protocol";
import { outline } from "./outline";

/** Returns the number of objects and lists around the innermost one. */
function deepest(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(deepest));
}

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
    expect(outline(parse(typed))).toEqual([]);
    expect(shownText(typed)).toBe(typed);
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
    expect(outline(parse(typed))).toEqual([]);
  });

  it("nests no deeper than is shown", () => {
    for (const typed of ["> ".repeat(9_000), "1. ".repeat(3_300), "[".repeat(9_999), "_a_ ".repeat(3_000)]) {
      expect(deepest(parse(typed))).toBeLessThan(40);
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
