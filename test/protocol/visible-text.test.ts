// Names and messages that show nothing, and what names leave out.
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { cleanName, displayName, isVisible, messageText, topic } from "../../src/protocol";
import { readPlainSend } from "../../src/protocol/plain-send";
import { runs } from "../support/runs";

vi.setConfig({ testTimeout: 60_000 });

/** Blank in every font, though some count as letters or symbols. */
const blankNames = ["\u3164", "\u115f\u1160", "\uffa0", "\u2800", "\ud834\udd59", "\u200b", "\u2060"];
const blankMessages = [
  ...["\u200b", "\u3164", "\u2800 \u2800", "\ufeff", "\u00ad", "\u180e", "\u2060\n\u2060", "\u200e"],
  ...["\u034f", "\u061c", "\u17b4", "\u{e0001}", "\ufe0f", "\u{16fe4}", "\u{13441}", "\ufffc", "\u2028", "\u{1bca0}"],
  ...["\u0007", "\uffff", "\u202e\u202c", "\u200d\u200c"],
];
const shownMessages = [
  ...["글 안의 \u3164 채움", "👨‍👩‍👧‍👦", "\u200bb", "\u0601", "é", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "⠁", "ㅤㅋ", "💩", "\ue000"],
];

const isAccepted = (text: string): boolean => messageText.safeParse(text).success;
const send = (text: string) => ({
  ...{ id: "1", type: "message.send", nonce: "01928f1e-7c1a-7aaa-8aaa-0123456789ab" },
  ...{ epoch: "0123456789abcdef", after: 0, text },
});

describe("[S159] a text that shows nothing", () => {
  test.each([...blankNames, ...blankMessages].map((text) => [JSON.stringify(text), text]))("%s", (_, text) => {
    expect(isVisible(text)).toBe(false);
    expect(isAccepted(text)).toBe(false);
    expect(readPlainSend(send(text))).toBeNull();
    expect(displayName.safeParse(text).success).toBe(false);
  });

  test.each(shownMessages)("is not %s", (text) => {
    expect(isVisible(text)).toBe(true);
    expect(messageText.parse(text)).toBe(text);
  });

  test("is one in which every character shows nothing", () => {
    const point = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));
    const character = fc.oneof(
      point.map((one) => String.fromCodePoint(one)),
      fc.constantFrom(...blankNames),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 6 }), (characters) => {
        expect(isVisible(characters.join(""))).toBe(characters.some(isVisible));
      }),
      { numRuns: runs(500, 20_000) },
    );
  });
});

describe("[S159] a name", () => {
  test.each([
    ["a zero-width space", "Min\u200bji Kim", "Minji Kim"],
    ["a soft hyphen", "Minji\u00adKim", "MinjiKim"],
    ["a direction mark", "Minji Kim\u200f", "Minji Kim"],
    ["a joiner that joins nothing", "Min\u200dji\u200c Kim", "Minji Kim"],
    ["a selector that selects nothing", "Mi\ufe0fnji\u{e0100}", "Minji"],
    ["tags outside of a flag", "Minji\u{e0061}\u{e0062}", "Minji"],
    ["a filler between words", "Minji\u3164Kim", "Minji Kim"],
    ["a filler at the end", "민지\u3164", "민지"],
    ["the place of an object", "Minji\ufffc", "Minji"],
  ])("loses %s", (_, typed, stored) => {
    expect(displayName.parse(typed)).toBe(stored);
  });

  test.each([
    ["a family", "👨‍👩‍👧‍👦"],
    ["a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 Ann"],
    ["a keycap", "Agent 1️⃣"],
    ["an emoji of a later version", "\u{1f9d1}\u200d\u{1faef}\u200d\u{1f9d1}"],
    ["Persian with a non-joiner", "می\u200cخواهم"],
    ["Malayalam with a joiner at the end", "അവന്\u200d"],
    ["a Han character in its variant", "葛\u{e0100}城"],
    ["Hebrew", "משה"],
  ])("keeps %s", (_, name) => {
    expect(displayName.parse(name)).toBe(name);
  });

  test("is clean after one cleaning", () => {
    const parts = [..."aé가👩🏽🏴\u{e0067}\u{e007f}1#\ufe0f\u20e3\u200c\u200d\u00ad\u200bमक्न葛\u{e0100}\u0301 ㅤ❤"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 10 }), (characters) => {
        const once = cleanName(characters.join(""));
        expect(cleanName(once)).toBe(once);
      }),
      { numRuns: runs(500, 20_000) },
    );
  });
});

describe("[S159] a topic", () => {
  test.each(["a\u202eb", "\u2066a", "a\u0007", "\u001ba", "a\u0085b\u009f"])("cannot be %j", (typed) => {
    expect(topic.safeParse(typed).success).toBe(false);
  });

  test.each([
    ["first\nsecond\tthird", "first\nsecond\tthird"],
    [" שלום ", "שלום"],
    ["\u200b", ""],
    ["", ""],
  ])("%j is %j", (typed, stored) => {
    expect(topic.parse(typed)).toBe(stored);
  });
});
