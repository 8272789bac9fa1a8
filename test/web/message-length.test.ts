import { describe, expect, it } from "vitest";
import { charactersLeft, trimMessage } from "../../src/web/composer/message-length";

describe("a typed message", () => {
  it("loses blank lines around it and keeps the indentation of the first line", () => {
    expect(trimMessage("\n  \n  code\n  more \n\n")).toBe("  code\n  more");
    expect(trimMessage(" \n\t")).toBe("");
  });

  it("is counted near the limit, in code points", () => {
    expect(charactersLeft("a".repeat(90_000))).toBeNull();
    expect(charactersLeft("a".repeat(99_000))).toBe(1_000);
    expect(charactersLeft("a".repeat(100_001))).toBe(-1);
    expect(charactersLeft("😀".repeat(99_990))).toBe(10);
    expect(charactersLeft("😀".repeat(60_000))).toBeNull();
  });
});
