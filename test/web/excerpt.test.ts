import { describe, expect, it } from "vitest";
import { isBigEmoji } from "../../src/web/markdown/big-emoji";
import { excerptOf } from "../../src/web/markdown/excerpt";

describe("an excerpt", () => {
  it("cuts a long message and keeps a short one", () => {
    expect(excerptOf("short")).toBeNull();
    expect(excerptOf("line\n".repeat(40))?.split("\n").length).toBe(20);
    const excerpt = excerptOf("word ".repeat(2_000)) ?? "";
    expect(excerpt.length).toBeLessThanOrEqual(1_800);
    expect(excerpt.isWellFormed()).toBe(true);
    expect((excerptOf("😀".repeat(5_000)) ?? "\ud800").isWellFormed()).toBe(true);
  });

  it("has large emoji only if they are few", () => {
    for (const big of ["😀", "👏🎉", "👩‍👩‍👧", "🇰🇷", "❤️", "1️⃣", "👍🏽 👍🏽"]) expect(isBigEmoji(big), big).toBe(true);
    for (const plain of ["", "7", "#", "ok 👍", "😀".repeat(7), "©", "안녕"])
      expect(isBigEmoji(plain), plain).toBe(false);
  });
});
