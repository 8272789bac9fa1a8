import { describe, expect, it } from "vitest";
import { emoji as emojiRule } from "../../src/protocol";
import { findEmoji } from "../../src/web/emoji/emoji-search";
import { emojis } from "../../src/web/emoji/names";

describe("emoji", () => {
  it("are found in English and in Korean, best match first", () => {
    expect(findEmoji(emojis, "heart")[0]?.emoji).toBe("❤️");
    expect(findEmoji(emojis, "박수")[0]?.emoji).toBe("👏");
    expect(findEmoji(emojis, "qqqq")).toEqual([]);
    expect(findEmoji(emojis, " ")).toHaveLength(emojis.length);
  });

  it("are unique and accepted by the server", () => {
    expect(new Set(emojis.map(({ emoji }) => emoji)).size).toBe(emojis.length);
    const refused = emojis.filter(({ emoji, en, ko }) => !emojiRule.safeParse(emoji).success || en === "" || ko === "");
    expect(refused).toEqual([]);
  });
});
