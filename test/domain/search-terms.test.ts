import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { cut, cutPart, isWord, type Term } from "../../src/domain/search-terms";
import { runs } from "../support/runs";

// Thousands of runs take a second or two, and longer on a busy machine.
const patienceMs = 60_000;
vi.setConfig({ testTimeout: patienceMs });

const textsOf = (text: string): string[] => cut(text).map((term) => term.text);

/** Characters of all kinds, whole and in parts, in every order. */
const pieces = [..."aBéßİ_9½Ａ,0#'.\n+≠$^회ㅋ한각がばﾊﾞーー漢々น้ำกิ가👩🏽‍💻❤️🇰🇷"]
  .flatMap((one) => [one, ...one.normalize("NFD")])
  .concat("\u0301", "\u0338", "\u1112", "\u1161", "\u11ab", "\u00ad", "\u200b", "\u0000", "\ud83d", "\udc69");
const mixed = fc.array(fc.constantFrom(...pieces), { maxLength: 24 }).map((parts) => parts.join(""));

describe("a text is split", () => {
  test.each([
    ["words, without case and accents", "The Café, CAFE\u0301 — naïve Ångström", "the cafe cafe naive angstrom"],
    ["words, by their meaning and not by their form", "ﬁn Ａｂｃ Ⅳ m²", "fin abc iv m2"],
    ["Turkish i and German ß", "İstanbul ISTANBUL ıspanak Straße STRASSE", "istanbul istanbul ispanak strasse strasse"],
    ["Greek and Cyrillic", "Σίσυφος ΣΊΣΥΦΟΣ Мой ёж", "σισυφοσ σισυφοσ мои еж"],
    ["what is not to be seen", "Donau\u00addampf می\u200cخواهم", "donaudampf میخواهم"],
    ["Korean, one syllable each", "회의록을 보냈어", "회 의 록 을 보 냈 어"],
    ["Korean as it comes from a Mac", "회의록".normalize("NFD"), "회 의 록"],
    ["Korean letters", "ㅋㅋ ㅠ", "ᄏ ᄏ ᅲ"],
    ["Korean beside Latin", "v2회 3월API", "v2 회 3 월 api"],
    ["Japanese", "今日はコーヒー、時々お茶", "今 日 は コ ー ヒ ー 時 々 お 茶"],
    ["narrow kana", "ﾊﾞﾅﾅ ｶﾞ", "バ ナ ナ ガ"],
    ["kana that differ by a mark", "はばぱ", "は ば ぱ"],
    ["kana with a mark of their own", "か か\u309a", "か か\u309a"],
    ["kana in pieces", "ばガ".normalize("NFD"), "ば ガ"],
    ["Chinese, also beyond the first plane", "我們在𠮷野家", "我 們 在 𠮷 野 家"],
    ["Thai, with its vowels and tones", "กินน้ำ", "กิ น น้ ำ"],
    ["Khmer, Lao, Myanmar and Tibetan", "ខ្មែរ ກິນ မြန် བོད", "ខ្ មែ រ ກິ ນ မြ န် བོ ད"],
    ["symbols", "C++ Ｃ＋＋ 5 €", "c + + c + + 5 €"],
    ["a symbol with a stroke, whole or in pieces", "a ≠ b =\u0338", "a ≠ b ≠"],
    ["emoji, without their looks", "👍🏽 ❤️ 👩🏽‍💻", "👍 ❤ 👩 💻"],
    ["text that was struck through", "취\u0336소\u0336", "취 소"],
    ["what would fall apart as it is", "½ ㎏ ㍻", "½ ㎏ ㍻"],
    ["handles", "@kim_1, @kim-su", "kim 1 kim su"],
    ["addresses", "https://example.com/a_b?x=1#top", "https example com a b x = 1 # top"],
    ["words apart without a visible space", "zero\u200bwidth", "zero width"],
    ["short forms", "don't don’t a-b", "don t don t a b"],
    ["nothing out of nothing", " \n\t.,!?·—\u0000\u0007^`¨\u200d", ""],
    ["what is broken", "x\u0000y\ud800z\udc00", "x y z"],
  ])("%s", (_, text, terms) => {
    expect(textsOf(text).join(" ")).toBe(terms);
  });

  test("and each term has its range in the text", () => {
    expect(cut("Go, 회의".normalize("NFD"))).toEqual([
      { text: "go", start: 0, end: 2 },
      { text: "회", start: 4, end: 6 },
      { text: "의", start: 6, end: 8 },
    ]);
    expect(cut("a👩🏽‍💻e\u0301")).toEqual([
      { text: "a", start: 0, end: 1 },
      { text: "👩", start: 1, end: 6 },
      { text: "💻", start: 6, end: 8 },
      { text: "e", start: 8, end: 10 },
    ]);
  });

  test("and a character with many marks keeps thirty, but its range has all of them", () => {
    expect(cut(`น${"\u0e34".repeat(40)}a`)).toEqual([
      { text: `น${"\u0e34".repeat(30)}`, start: 0, end: 41 },
      { text: "a", start: 41, end: 42 },
    ]);
  });

  test("and the ranges are ascending and do not overlap", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        let behind = 0;
        for (const term of cut(text)) {
          expect(term.start).toBeGreaterThanOrEqual(behind);
          expect(term.end).toBeGreaterThan(term.start);
          behind = term.end;
          expect(textsOf(text.slice(term.start, term.end))).toEqual([term.text]);
          expect(textsOf(term.text)).toEqual([term.text]);
        }
        expect(behind).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: runs(1_000, 20_000) },
    );
  });

  test("in the same way in every normal form of Unicode", () => {
    fc.assert(
      fc.property(mixed, (text) => {
        expect(textsOf(text.normalize("NFD"))).toEqual(textsOf(text));
        expect(textsOf(text.normalize("NFC"))).toEqual(textsOf(text));
      }),
      { numRuns: runs(1_000, 20_000) },
    );
  });

  test("in the same way in every normal form, for every character", () => {
    const odd: string[] = [];
    for (let point = 0; point < 0x30000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const one = String.fromCodePoint(point);
      const terms = textsOf(one).join(" ");
      const forms = [one.normalize("NFD"), one.normalize("NFC"), terms];
      if (forms.some((form) => form !== one && textsOf(form).join(" ") !== terms)) odd.push(point.toString(16));
    }
    expect(odd).toEqual([]);
  });

  test("and only punctuation and space is lost", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.array(fc.nat(0xffff), { maxLength: 20 }), (a, b) => {
        const text = a + String.fromCharCode(...b);
        const covered = cut(text).reduce((rest, term) => rest.fill(" ", term.start, term.end), text.split(""));
        expect(covered.join("")).not.toMatch(/[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}--[\uff9e\uff9f]]/v);
      }),
      { numRuns: runs(600, 12_000) },
    );
  });

  test("in parts as in one pass, wherever the parts end", () => {
    fc.assert(
      fc.property(mixed, fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1 }), (text, lengths) => {
        const terms: Term[] = [];
        for (let at = 0, part = 0; at < text.length; part++)
          at = cutPart(text, at, Math.min(text.length, at + (lengths[part % lengths.length] ?? 1)), terms);
        expect(terms).toEqual(cut(text));
      }),
      { numRuns: runs(2_000, 50_000) },
    );
  });

  test("in one pass", () => {
    const units = [
      "a ",
      "Привет как ",
      "회의록을 ",
      "회의록 ".normalize("NFD"),
      "がぎ".normalize("NFD"),
      "กินน้ำ",
      "👩🏽‍💻",
      "𠮷",
    ];
    const heavy = units.map((unit) => unit.repeat(100_000 / unit.length)).concat(`가${"\u0301\u0316".repeat(50_000)}`);
    const startedAt = performance.now();
    for (const text of heavy) cut(text);
    // One pass takes some 100 ms. A second pass for every term would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(patienceMs / 2);
  });
});

test("a word is distinguished from a character and a symbol", () => {
  expect(["work", "v2", "é", "회", "漢", "は", "น้", "+", "👍", ""].filter(isWord)).toEqual(["work", "v2", "é"]);
});
