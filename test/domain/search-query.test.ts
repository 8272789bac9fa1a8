import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type Clause, holds, parseSearch } from "../../src/domain/search-query";
import { cut } from "../../src/domain/search-terms";
import { countCodePoints, limits } from "../../src/protocol";
import { runs } from "../support/runs";

// Thousands of runs take a second or two, and longer on a busy machine.
const patienceMs = 60_000;
vi.setConfig({ testTimeout: patienceMs });

const seoul = 9 * 60;
const nobody = { clauses: [], from: [], in: [], has: [] };
const nothing = { ...nobody, without: nobody, after: null, before: null };
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The clauses as text: terms joined by `·`, a prefix with `*`. */
const shown = (clauses: readonly Clause[]): string =>
  clauses.map((clause) => clause.terms.join("·") + (clause.isPrefix ? "*" : "")).join(" ");
const read = (typed: string): string => shown(parseSearch(typed, 0).clauses);
const isFound = (typed: string, text: string): boolean => holds(parseSearch(typed, 0), text);

describe("[S94] a text matches", () => {
  test.each([
    ["회의", "내일 회의록을 보낼게요"],
    ["의록", "내일 회의록을 보낼게요"],
    ["의", "내일 회의록을 보낼게요"],
    ["회의*", "회의록"],
    ["회의", "회의록".normalize("NFD")],
    ["회의록".normalize("NFD"), "회의록"],
    ["ㅋㅋ", "아 ㅋㅋㅋㅋ"],
    ["v2회*", "v2회의"],
    ["コーヒー", "ｺｰﾋｰを飲む"],
    ["京都", "東京都"],
    ["北京", "我在北京大学"],
    ["น้ำ", "กินน้ำไหม"],
    ["cafe", "Café!"],
    ["CAFÉ", "cafe\u0301"],
    ["strasse", "Straße"],
    ["work*", "a workshop"],
    ["work* plan", "plan the workshop"],
    ["don't", "I don’t know"],
    ['"a b"', "a, b"],
    ["c++", "C++ and Rust"],
    ["👍", "ok 👍🏽"],
    ["❤", "I ❤️ it"],
    ["example.com", "https://example.com/x"],
    ["@kim_1", "ask @kim_1"],
    ['"see you tomorrow"', "See you\ntomorrow!"],
  ])("%s in %s", (typed, text) => {
    expect(isFound(typed, text)).toBe(true);
  });

  test.each([
    ["work", "workshop"],
    ["회록", "회의록"],
    ["は", "ば"],
    ["c++", "c+"],
    ["c++", "c + d +"],
    ['"a b"', "b a"],
    ["a-b", "a x b"],
    ["plan work", "plan"],
    ["=", "≠"],
    ["ดี", "ดำ"],
    ["kim_1", "kim"],
    ["shop*", "workshop"],
  ])("%s not in %s", (typed, text) => {
    expect(isFound(typed, text)).toBe(false);
  });

  test("exactly when its terms contain those of the search", () => {
    const units = ["a", "b", "é", "A", " ", " ", "-", "회", "의", "ば", "+", "👍"];
    const text = fc.array(fc.constantFrom(...units), { minLength: 8, maxLength: 24 }).map((parts) => parts.join(""));
    const part = fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(""));
    const line = (terms: readonly string[]): string => ` ${terms.join(" ")} `;
    const seen = { found: 0, missed: 0, prefixes: 0 };
    fc.assert(
      fc.property(text, fc.array(fc.tuple(part, fc.boolean()), { minLength: 1, maxLength: 2 }), (said, typed) => {
        const clauses = typed
          .map(([words, isPrefix]) => ({ terms: cut(words).map((term) => term.text), isPrefix }))
          .filter((clause) => clause.terms.length > 0);
        const whole = line(cut(said).map((term) => term.text));
        const isThere = clauses.every(({ terms, isPrefix }) =>
          whole.includes(isPrefix ? line(terms).trimEnd() : line(terms)),
        );
        seen[isThere ? "found" : "missed"]++;
        if (isThere && clauses.some((clause) => clause.isPrefix)) seen.prefixes++;
        expect(holds({ clauses, without: nobody }, said)).toBe(isThere);
      }),
      { numRuns: runs(5_000, 200_000) },
    );
    expect(Math.min(seen.found, seen.missed, seen.prefixes)).toBeGreaterThan(1_000);
  });
});

describe("a search is parsed", () => {
  test.each([
    ["one word, one clause", "hello big World", "hello big world"],
    ["a word of several terms as they stand", "don't a-b c++ 회의록", "don·t a·b c·+·+ 회·의·록"],
    ["a phrase", '"Big  world" x', "big·world x"],
    ["a phrase in any quotes", "“a b” „c d“ «e f» 「g h」 『i j』", "a·b c·d e·f g·h i·j"],
    ["a phrase left open", 'x "a b', "x a·b"],
    ["a quote inside a word as nothing", '5"x y" say"hi', "5·x y say·hi"],
    ["an empty phrase as nothing", '"" "!" “” x', "x"],
    ["a beginning", 'work* "big wor"* wor＊ "a*"', "work* big·wor* wor* a"],
    ["a star with nothing before it as nothing", '* ** "" * "a" *', "a"],
    ["a star behind a character as nothing", "회의* c++* v2회* 회v*", "회·의 c·+·+ v2·회 회·v*"],
    ["what has no terms as nothing", "!!! … --- a", "a"],
    ["an operator without a value as a word", 'from: in: before: x from:@ in:""', "from in before x from in"],
    ["an operator inside a word as words", "xfrom:bob (in:x", "xfrom·bob in·x"],
    ["a day that is none as words", "before:2026-02-30 after:soon*", "before·2026·02·30 after·soon*"],
    ["a quoted day that is none as words", 'before:"next week" x', "before·next·week x"],
    ["a phrase that looks like an operator as a phrase", '"from:bob"', "from·bob"],
  ])("%s", (_, typed, clauses) => {
    expect(parseSearch(typed, 0)).toEqual({ ...nothing, clauses: expect.anything() });
    expect(read(typed)).toBe(clauses);
  });

  test("with authors and channels, several of which are alternatives", () => {
    expect(
      parseSearch('from:@Bob FROM:me in:#General in:" weekend plans " in:" " In：「회의」 in:@carol x', 0),
    ).toEqual({
      ...nothing,
      clauses: [
        { terms: ["in"], isPrefix: false },
        { terms: ["x"], isPrefix: false },
      ],
      from: ["bob", "me"],
      in: ["General", "weekend plans", "회의", "carol"],
    });
  });

  test("with days, which begin in the time zone", () => {
    expect(iso(parseSearch("before:2026-11-21", 0).before)).toBe("2026-11-21T00:00:00.000Z");
    expect(iso(parseSearch("before:2026-11-21", seoul).before)).toBe("2026-11-20T15:00:00.000Z");
    expect(iso(parseSearch("after:2026-11-21", 0).after)).toBe("2026-11-22T00:00:00.000Z");
    expect(iso(parseSearch("after:2026-12-31", -5 * 60).after)).toBe("2027-01-01T05:00:00.000Z");
    expect(parseSearch("Before：2026/1/5", 0)).toEqual({ ...nothing, before: Date.UTC(2026, 0, 5) });
    expect(parseSearch('after:"2026.01.05"', 0)).toEqual({ ...nothing, after: Date.UTC(2026, 0, 6) });
  });

  test("with the narrowest of several days", () => {
    const typed =
      "before:2026-03-03 before:2026-02-02 before:2026-04-04 after:2026-01-01 after:2026-01-03 after:2026-01-02";
    expect(parseSearch(typed, 0)).toEqual({ ...nothing, before: Date.UTC(2026, 1, 2), after: Date.UTC(2026, 0, 4) });
  });

  test("with every day of the calendar, and with no other", () => {
    const wrong: string[] = [];
    for (const year of [1970, 1972, 1999, 2000, 2023, 2024, 2100, 2400, 9996, 9999]) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const typed = `${year}-${month}-${day}`;
          const at = new Date(Date.UTC(year, month - 1, day));
          const isDay = at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
          if (parseSearch(`before:${typed}`, 0).before !== (isDay ? at.getTime() : null)) wrong.push(typed);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test.each(["1969-12-31", "0000-01-01", "10000-01-01", "26-1-1", "2026-1/1", "2026-1", "2026-001-01", "2026-1-1x"])(
    "and %s is no day",
    (typed) => {
      expect(parseSearch(`before:${typed}`, 0)).toMatchObject({ before: null, clauses: [{ isPrefix: false }] });
    },
  );
});

describe("[S95] any input", () => {
  test("is read up to its limit", () => {
    const filler = "𠮷".repeat(limits.searchTerms) + " ".repeat(limits.searchCodePoints - limits.searchTerms - 6);
    expect(parseSearch(`${filler}from:bob`, 0).from).toEqual(["b"]);
    expect(parseSearch(`${filler} from:bob`, 0).from).toEqual([]);
  });

  test("looks up a limited number of terms, and its operators still count", () => {
    const many = "a ".repeat(limits.searchTerms - 1);
    expect(parseSearch(`${many}회의록 b from:bob`, 0)).toEqual({
      ...nothing,
      clauses: [
        ...Array(limits.searchTerms - 1).fill({ terms: ["a"], isPrefix: false }),
        { terms: ["회"], isPrefix: false },
      ],
      from: ["bob"],
    });
    expect(parseSearch(`${many}a-b*`, 0).clauses.at(-1)).toEqual({ terms: ["a"], isPrefix: false });
    expect(parseSearch(`${many}a*`, 0).clauses.at(-1)).toEqual({ terms: ["a"], isPrefix: true });
  });

  test("is a valid search within the limits", () => {
    const units = [
      ...'ab "“”„«»「」『』*＊:：@#회é👍+-/.019\n\u3000\u0000\ud800\udc00\u0301',
      ...[
        "from:",
        "in:",
        "before:",
        "after:",
        "AFTER：",
        " before:2026-11-21 ",
        " after:2024-02-29 ",
        " IN:",
        " from:",
      ],
    ];
    const typed = fc.array(fc.oneof(fc.constantFrom(...units), fc.string({ unit: "binary", maxLength: 2 })), {
      maxLength: 60,
    });
    const numRuns = runs(10_000, 500_000);
    const seen = { clauses: 0, phrases: 0, prefixes: 0, filters: 0, days: 0, long: 0 };
    fc.assert(
      fc.property(typed, fc.integer({ min: 1, max: 12 }), fc.integer({ min: -840, max: 840 }), (parts, times, zone) => {
        const text = parts.join("").repeat(times);
        const search = parseSearch(text, zone);
        const terms = search.clauses.flatMap((clause) => clause.terms);
        if (terms.length > limits.searchTerms) throw new Error("too many terms");
        if (search.clauses.some((clause) => clause.terms.length === 0)) throw new Error("a clause of nothing");
        if (terms.some((term) => cut(term)[0]?.text !== term)) throw new Error("a term that is none");
        for (const at of [search.after, search.before]) {
          if (at !== null && (at + zone * 60_000) % 86_400_000 !== 0) throw new Error("no beginning of a day");
        }
        if (search.from.concat(search.in).some((value) => value.trim() === "")) throw new Error("an empty filter");
        if (search.from.some((value) => value !== value.toLowerCase())) throw new Error("a handle in upper case");
        if (search.clauses.length > 0) seen.clauses++;
        if (search.clauses.some((clause) => clause.terms.length > 1)) seen.phrases++;
        if (search.clauses.some((clause) => clause.isPrefix)) seen.prefixes++;
        if (search.from.length + search.in.length > 0) seen.filters++;
        if (search.after !== null || search.before !== null) seen.days++;
        if (countCodePoints(text) > limits.searchCodePoints) seen.long++;
      }),
      { numRuns },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 300);
  });

  test("without a term has no clause", () => {
    expect(parseSearch("", 0)).toEqual(nothing);
    expect(parseSearch(' "', seoul)).toEqual(nothing);
  });
});
