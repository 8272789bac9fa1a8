import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { excerptOf } from "../../src/domain/search-excerpt";
import { type Clause, holds, parseSearch } from "../../src/domain/search-query";
import { cut } from "../../src/domain/search-terms";
import { countCodePoints, limits } from "../../src/protocol";
import { runs } from "../support/runs";

// Thousands of runs take a second or two, and longer on a busy machine.
const patienceMs = 60_000;
vi.setConfig({ testTimeout: patienceMs });

const most = limits.excerptCodePoints;
const of = (typed: string, text: string) => excerptOf(parseSearch(typed, 0), text);

/** The excerpt with its marks in brackets. */
function bracketed(typed: string, text: string): string {
  const { text: cutOut, marks } = of(typed, text);
  return marks.reduceRight(
    (all, [start, end]) => `${all.slice(0, start)}[${all.slice(start, end)}]${all.slice(end)}`,
    cutOut,
  );
}

const filler = (word: string, times: number): string => `${word} `.repeat(times);

describe("[S97] an excerpt", () => {
  test.each([
    ["회의", "내일 회의록, 회의 있어요", "내일 [회의]록, [회의] 있어요"],
    ["회의", "회의록".normalize("NFD"), `[${"회의".normalize("NFD")}]${"록".normalize("NFD")}`],
    ["cafe", "Un Cafe\u0301!", "Un [Cafe\u0301]!"],
    ["work*", "a Workshop at work", "a [Workshop] at [work]"],
    ["회의 의록", "회의록", "[회의록]"],
    ["하", "하하하 하", "[하하하] [하]"],
    ["하하", "하하하", "[하하하]"],
    ['"b c d" c', "a b c d e", "a [b c d] e"],
    ["b a", "a b c a", "[a] [b] c [a]"],
    ['"see you"', "I see, you see you", "I [see, you] [see you]"],
    ["don't", "I don’t", "I [don’t]"],
    ["c++", "use C++.", "use [C++]."],
    ["👍", "ok 👍🏽!", "ok [👍🏽]!"],
    ["b", "  a\n\n\tb ", "a [b]"],
    ["from:bob", "a b", "a b"],
  ])("for %s of a short text is the whole text: %s", (typed, text, shown) => {
    expect(bracketed(typed, text)).toBe(shown);
  });

  test("begins a little before the match, at a word, and ends at a word", () => {
    const text = `${filler("before", 90)}the needle lies here ${filler("behind", 90)}`;
    expect(bracketed("needle", text)).toMatch(/^…(before ){2,5}the \[needle\] lies here( behind)+…$/);
    expect(countCodePoints(of("needle", text).text)).toBeGreaterThan(most - 10);
    expect(bracketed("needle", `needle ${text}`)).toMatch(/^\[needle\]( before)+…$/);
  });

  test("near the end of the text begins earlier", () => {
    const { text } = of("needle", `${filler("before", 90)}needle`);
    expect(text).toMatch(/^…(before )+needle$/);
    expect(countCodePoints(text)).toBeGreaterThan(most - 10);
  });

  test("is the first stretch that matches the most clauses", () => {
    const text = `alice ${filler("x", 200)}bob alice 1 ${filler("y", 200)}alice bob 2`;
    expect(bracketed("alice bob", text)).toMatch(/x \[bob\] \[alice\] 1 y/);
    expect(bracketed("alice carol", text)).toMatch(/^\[alice\] x/);
  });

  test.each([".", "😀", "가"])(
    "uses the whole room where what was found lies far apart, with %s between",
    (between) => {
      const room = most - 2 - "alice".length - " bob".length;
      const said = (times: number): string =>
        `${filler("x", 200)}alice${between.repeat(times)} bob,${filler("y", 200)}`;
      expect(of("alice bob", said(room)).marks).toHaveLength(2);
      expect(of("alice bob", said(room + 1)).marks).toHaveLength(1);
    },
  );

  test("begins after a space and ends at one, else at a term", () => {
    expect(bracketed("needle", `${filler("하나둘셋넷닷", 90)}needle ${filler("하나둘셋넷닷", 90)}`)).toMatch(
      /^…(하나둘셋넷닷 ){5}\[needle\]( 하나둘셋넷닷)+…$/,
    );
    expect(bracketed("needle", `${"longer-".repeat(90)}needle${"-longer".repeat(90)}`)).toMatch(
      /^…(longer-){5}\[needle\](-longer)+-…$/,
    );
  });

  test("of a text without spaces is cut at a character", () => {
    const text = `${"ね".repeat(500)}会議${"ば".normalize("NFD").repeat(500)}`;
    expect(bracketed("会議", text)).toMatch(/^…ね{40}\[会議\](は\u3099){98}…$/u);
    const emoji = "😀".repeat(600);
    expect(of("b", `${emoji}b`).text).toBe(`…${"😀".repeat(most - 2)}b`);
    expect(of("from:bob", emoji)).toEqual({ text: `${"😀".repeat(most - 1)}…`, marks: [] });
  });

  test("of one very long word is its beginning", () => {
    expect(of("a*", `aB${"b".repeat(5_000)}`).text).toBe(`aB${"b".repeat(most - 3)}…`);
    expect(of("c", `${"b".repeat(5_000)} c`).text).toBe("…c");
  });

  test("of an empty search is the beginning of the text", () => {
    const { text, marks } = of("in:here", filler("word", 100));
    expect(text).toMatch(/^(word )+word…$/);
    expect(marks).toEqual([]);
  });

  test("of the longest message is fast", () => {
    const text = "a ".repeat(limits.messageCodePoints / 2 - 1);
    const startedAt = performance.now();
    of("a* aa a-a a-a-a a-a-a-a a-a-a-a-b zz", text);
    expect(performance.now() - startedAt).toBeLessThan(patienceMs / 2);
  });
});

describe("[S97] for any search and any text", () => {
  const flatten = (text: string): string => text.replace(/\s+/gu, " ").trim();
  const fold = (text: string): string => ` ${Array.from(cut(text), (term) => term.text).join(" ")} `;
  const isIn = (clause: Clause, folded: string): boolean =>
    folded.includes(` ${clause.terms.join(" ")}${clause.isPrefix ? "" : " "}`);

  /**
   * Whether some stretch with room for two ellipses matches everything. It tries every term as the
   * first.
   */
  function fits(clauses: readonly Clause[], flat: string): boolean {
    const terms = cut(flat);
    const points = [0];
    for (let i = 1; i <= flat.length; i++)
      points[i] = (points[i - 1] ?? 0) + (/[\udc00-\udfff]/.test(flat[i - 1] ?? "") ? 0 : 1);
    const between = (start: number, end: number): number => (points[end] ?? 0) - (points[start] ?? 0);
    return terms.some((first, i) => {
      const inside = terms.slice(i).filter((term) => between(first.start, term.end) <= most - 2);
      const folded = ` ${inside.map((term) => term.text).join(" ")} `;
      return clauses.every((clause) => isIn(clause, folded));
    });
  }

  const sought = ["a", "b", "ab", "é", "-", "회", "의", "ば", "+", "👍"];
  const said = [...sought, " ", "\n ", "ば".normalize("NFD"), "👍🏽", "𠮷"];
  const joined = (units: string[], minLength: number, maxLength: number) =>
    fc.array(fc.constantFrom(...units), { minLength, maxLength }).map((parts) => parts.join(""));
  const stretch = fc.tuple(fc.constantFrom("x", "x ", "漢", "😀", " "), fc.nat(400));
  const text = fc
    .array(
      fc.oneof(
        joined(said, 3, 30),
        stretch.map(([unit, times]) => unit.repeat(times)),
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join(""));
  const word = fc.tuple(joined(sought, 1, 2), fc.constantFrom("", "", "*"));
  const typed = fc
    .array(word, { minLength: 1, maxLength: 3 })
    .map((words) => words.map((parts) => parts.join("")).join(" "));

  test("the excerpt is short, a part of the text, and well-formed", () => {
    let long = 0;
    fc.assert(
      fc.property(typed, text, (asked, whole) => {
        const flat = flatten(whole);
        const isLong = countCodePoints(flat) > most;
        const excerpt = of(asked, whole);
        if (isLong) long++;
        expect(countCodePoints(excerpt.text)).toBeLessThanOrEqual(most);
        expect(excerpt.text.isWellFormed()).toBe(true);
        if (isLong) expect(flat).toContain(excerpt.text.replace(/^…|…$/g, ""));
        else expect(excerpt.text).toBe(flat);
      }),
      { numRuns: runs(2_000, 20_000) },
    );
    expect(long).toBeGreaterThan(500);
  });

  test("the marks are exactly the matches", () => {
    let marked = 0;
    fc.assert(
      fc.property(typed, text, (asked, whole) => {
        const { clauses } = parseSearch(asked, 0);
        const excerpt = of(asked, whole);
        if (excerpt.marks.length > 0) marked++;
        const between: string[] = [];
        let behind = 0;
        for (const [start, end] of excerpt.marks) {
          // There is text between two marks.
          expect(start).toBeGreaterThan(between.length === 0 ? -1 : behind);
          between.push(excerpt.text.slice(behind, start));
          behind = end;
          const folded = fold(excerpt.text.slice(start, end));
          expect(clauses.some((clause) => isIn(clause, folded))).toBe(true);
        }
        expect(behind).toBeLessThanOrEqual(excerpt.text.length);
        // A word that is cut at the end cannot be compared.
        if (/[a-zé]{41}…$/u.test(excerpt.text)) return;
        const unmarked = between.concat(excerpt.text.slice(behind)).map(fold);
        expect(clauses.some((clause) => unmarked.some((part) => isIn(clause, part)))).toBe(false);
      }),
      { numRuns: runs(2_000, 20_000) },
    );
    expect(marked).toBeGreaterThan(500);
  });

  test("the excerpt matches whatever the text matches, when that fits", () => {
    let fit = 0;
    fc.assert(
      fc.property(typed, text, (asked, whole) => {
        const search = parseSearch(asked, 0);
        const flat = flatten(whole);
        if (countCodePoints(flat) <= most || search.clauses.length === 0 || !holds(search, whole)) return;
        if (!fits(search.clauses, flat)) return;
        fit++;
        expect(holds(search, of(asked, whole).text)).toBe(true);
      }),
      { numRuns: runs(2_000, 20_000) },
    );
    expect(fit).toBeGreaterThan(100);
  });
});
