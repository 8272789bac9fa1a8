import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countCodePoints,
  countUtf8Bytes,
  displayName,
  handle,
  isStorable,
  issueCode,
  limits,
  messageText,
  password,
  previewOf,
} from "../../src/protocol";
import { runs } from "../support/runs";

const LIMIT = limits.messageCodePoints;
const BMP = "한";
const ASTRAL = "😀";

/** Any sequence of UTF-16 units, well-formed or not. */
const anyUnits = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), anyUnits);

function codeOf(text: string): string {
  const parsed = messageText.safeParse(text);
  return parsed.success ? "accepted" : issueCode(parsed.error);
}

describe("[S35] the text of a message", () => {
  test.each([
    ["ASCII", "a"],
    ["BMP", BMP],
    ["astral", ASTRAL],
  ])("has at most 100,000 code points: %s", (_, character) => {
    expect(codeOf(character.repeat(LIMIT))).toBe("accepted");
    expect(codeOf(character.repeat(LIMIT + 1))).toBe("message_too_long");
  });

  test("counts code points of one and of two units", () => {
    expect(codeOf(ASTRAL.repeat(LIMIT - 1) + BMP)).toBe("accepted");
    expect(codeOf(ASTRAL.repeat(LIMIT) + BMP)).toBe("message_too_long");
  });

  test.each([
    ["nothing", ""],
    ["spaces and line breaks", " \t\r\n"],
    ["white space of other scripts", "\u00a0\u2003\u3000\ufeff"],
    ["NUL", "a\0b"],
    ["a lone high surrogate", "a\ud83d"],
    ["a lone low surrogate", "\ude00a"],
    ["surrogates in the wrong order", "\ude00\ud83d"],
  ])("cannot be %s", (_, text) => {
    expect(codeOf(text)).toBe("invalid");
  });

  test("that is too long and ill-formed is refused as ill-formed", () => {
    expect(codeOf(`${"a".repeat(LIMIT + 1)}\0`)).toBe("invalid");
  });

  test("is stored unchanged, with controls, marks and white space at its ends", () => {
    for (const text of [" a ", "a\u0001b", "e\u0301", "\u202eabc", "\u200bb"])
      expect(messageText.parse(text)).toBe(text);
  });
});

describe("counting", () => {
  test("agrees with the platform for every well-formed text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(countCodePoints(text)).toBe([...text].length);
        expect(countUtf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
      }),
    );
  });

  test("a storable text survives UTF-8 unchanged", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const back = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(new TextEncoder().encode(text));
        expect(isStorable(text)).toBe(back === text && !text.includes("\0"));
      }),
    );
  });
});

describe("[S64] names", () => {
  test.each([
    ["  @Alice ", "alice"],
    ["a.b-c_9", "a.b-c_9"],
    ["0ab", "0ab"],
    ["a".repeat(32), "a".repeat(32)],
  ])("the handle %j is %j", (typed, stored) => {
    expect(handle.parse(typed)).toBe(stored);
  });

  test.each(["", "ab", "a".repeat(33), ".ab", "-ab", "_ab", "a b", "añb", "@@ab", "ab\n\0", "ａｌｉｃｅ"])(
    "%j is no handle",
    (typed) => {
      expect(handle.safeParse(typed).success).toBe(false);
    },
  );

  test.each([
    ["  Alice \n\t Liddell ", "Alice Liddell"],
    ["Zoe\u0308", "Zoë"],
    ["😀", "😀"],
    ["나".repeat(80), "나".repeat(80)],
    ["😀".repeat(80), "😀".repeat(80)],
  ])("the display name %j is %j", (typed, stored) => {
    expect(displayName.parse(typed)).toBe(stored);
  });

  test.each([
    ["nothing", ""],
    ["white space", " \u3000 "],
    ["only invisible characters", "\u200b\u200d"],
    ["a lone mark", "\u0301"],
    ["a direction override", "Alice\u202e"],
    ["an isolate", "\u2066Alice"],
    ["a control", "Al\u0007ice"],
    ["NUL", "Al\0ice"],
    ["a lone surrogate", "Alice\ud83d"],
    ["81 code points", "😀".repeat(81)],
  ])("%s is not a display name", (_, typed) => {
    expect(displayName.safeParse(typed).success).toBe(false);
  });

  test("normalising a name again changes nothing, and no input throws", () => {
    fc.assert(
      fc.property(anyText, (typed) => {
        for (const schema of [displayName, handle]) {
          const once = schema.safeParse(typed);
          if (once.success) expect(schema.safeParse(once.data)).toEqual(once);
        }
      }),
      { numRuns: runs(500, 20_000) },
    );
  });
});

describe("[S64] a password", () => {
  test.each(["12345678", "       x", "비밀번호비밀번호", "😀".repeat(8), "a".repeat(256), "😀".repeat(64)])(
    "may be %j",
    (typed) => {
      expect(password.parse(typed)).toBe(typed);
    },
  );

  test.each(["", "1234567", "😀".repeat(7), "a".repeat(257), "😀".repeat(65), "12345678\0", "12345678\ud83d"])(
    "may not be %j",
    (typed) => {
      expect(password.safeParse(typed).success).toBe(false);
    },
  );

  test("is accepted exactly within its two bounds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (typed) => {
        const bytes = new TextEncoder().encode(typed).length;
        const fits = isStorable(typed) && [...typed].length >= limits.passwordMin && bytes <= limits.passwordMaxBytes;
        expect(password.safeParse(typed).success).toBe(fits);
      }),
    );
  });
});

describe("a preview", () => {
  test("has at most 140 code points and never splits one", () => {
    const long = fc.oneof(
      fc.string({ unit: "binary", maxLength: 2_000 }),
      fc.nat(900).map((n) => "a".repeat(n) + ASTRAL.repeat(400)),
    );
    fc.assert(
      fc.property(long, (text) => {
        const preview = previewOf(text);
        expect([...preview].length).toBeLessThanOrEqual(limits.previewCodePoints);
        expect(preview.isWellFormed()).toBe(true);
        expect(preview).not.toMatch(/[\r\n\t]/);
      }),
    );
  });

  test("folds white space into single spaces", () => {
    expect(previewOf("  one\n\n two\tthree ")).toBe("one two three");
  });

  test("of 140 emoji shows all of them", () => {
    expect(previewOf(ASTRAL.repeat(141))).toBe(ASTRAL.repeat(140));
  });
});
