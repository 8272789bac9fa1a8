// What a search finds inside names, numbers, flags and words of mixed scripts, and what it leaves
// out.
import { describe, expect, test } from "vitest";
import { earlierTermsOf } from "../../src/domain/earlier-search-terms";
import { excerptOf } from "../../src/domain/search-excerpt";
import { holds, parseSearch } from "../../src/domain/search-query";
import { cut, isWord } from "../../src/domain/search-terms";

const isFound = (typed: string, text: string): boolean => holds(parseSearch(typed, 0), text);
const termsOf = (text: string): string[] => cut(text).map((term) => term.text);

/** A message, queries that find it, and queries that do not. */
const cases: [text: string, found: string[], notFound: string[]][] = [
  [
    "final_report_v2.pdf 올렸어요",
    ["report", '"report v2"', "v2", "final_report_v2", "FINAL_REPORT", "rep*"],
    ["port"],
  ],
  ["deploy_prod 실패", ["prod", "deploy", "deploy_prod", '"deploy prod"', "deploy_*"], ["deploy_production"]],
  ["https://build.example.com/my_artifact/9", ["artifact", "build.example", "my_artifact/9"], ["build.com"]],
  ["__init__ 파일", ["init", "__init__", "_init"], ["in_it"]],
  ["snake＿case", ["snake", "case", "snake_case"], []],
  ["MAX_RETRY_COUNT=3", ["retry", "max_retry", "count"], []],
  ["C# 은 어렵다", ["C#", "c#", "C＃", "C"], ["F#", "C++"]],
  ["C is old", ["c"], ["C#", "C#*"]],
  ["F#이나 C++", ["F#", "C++", "f# c++"], ["C#"]],
  ["issue #12 닫음", ["#12", "12", '"issue 12"', '"issue #12"'], ["#1"]],
  ["# 제목", ["제목", "#"], []],
  ["#공지 입니다", ["#공지", "공지"], []],
  ["a+b@example.com", ["a+b", "b", "a", "a+b@example.com"], ["ab"]],
  ["🇺🇰🇷🇪", ["🇺🇰", "🇷🇪"], ["🇰🇷", "🇰", "🇺"]],
  ["🇰🇷 팀", ["🇰🇷", "팀", '"🇰🇷 팀"'], ["🇰🇵", "🇷"]],
  ["🏴󠁧󠁢󠁥󠁮󠁧󠁿 경기", ["🏴󠁧󠁢󠁥󠁮󠁧󠁿"], ["🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏴"]],
  ["🏴‍☠️", ["🏴", "☠️", "🏴‍☠️"], ["🏴󠁧󠁢󠁥󠁮󠁧󠁿"]],
  ["1 하나", ["1", "하나"], ["1️⃣", "1⃣"]],
  ["1️⃣ 하나", ["1️⃣", "1⃣", "하나"], ["1", "2️⃣"]],
  ["1️⃣2️⃣3️⃣", ["2️⃣", '"1️⃣ 2️⃣"', "1️⃣2️⃣3️⃣"], ["12", "1"]],
  ["*️⃣ 또는 #️⃣", ["*️⃣", "#️⃣"], ["#"]],
  ["10,000원 입금", ["10000", "10,000", "10000원", "10,000원", "１０，０００"], ["10", "000", "1000", "1,0000"]],
  ["10000원 입금", ["10000", "10,000", "10,000원"], ["10"]],
  ["총 1,234,567.89", ["1234567", "1,234,567", "1234567.89", "89"], ["234", "1234"]],
  ["1,2,3 그리고 2024,05", ["1", "2", "3", "2024", "05"], ["123", "202405"]],
  ["12,34 1234,567", ["12", "34", "1234", "567"], ["1234567"]],
  ["5,000~10,000원", ["5000", "10000", "5,000", "10,000"], ["500010000"]],
  ["신규API문서를공유합니다", ["API", "api문서", "문서 신규", "신규 api", "공유"], ["AP", "API신규"]],
  ["v2버전API v3", ["v2", "api", "버전"], ["v"]],
  ["don’t panic", ["don't", "“don’t panic”", "don´t", '"don\'t panic"', "panic"], ["dont"]],
];

describe("[S161] a message", () => {
  test.each(cases.flatMap(([text, found]) => found.map((typed) => [text, typed])))(
    "%s is found by %s",
    (text, typed) => {
      expect(isFound(typed, text)).toBe(true);
      const { marks } = excerptOf(parseSearch(typed, 0), text);
      expect(marks.length).toBeGreaterThan(0);
    },
  );

  test.each(cases.flatMap(([text, , notFound]) => notFound.map((typed) => [text, typed])))(
    "%s is not found by %s",
    (text, typed) => {
      expect(isFound(typed, text)).toBe(false);
      if (!typed.includes(" ")) expect(excerptOf(parseSearch(typed, 0), text).marks).toEqual([]);
    },
  );

  test("has its parts marked where they are", () => {
    const marked = (typed: string, text: string) => {
      const { text: shown, marks } = excerptOf(parseSearch(typed, 0), text);
      return marks.map(([start, end]) => shown.slice(start, end));
    };
    expect(marked("report", "final_report_v2.pdf")).toEqual(["report"]);
    expect(marked('"report v2"', "final_report_v2.pdf")).toEqual(["report_v2"]);
    expect(marked("10000", "잔액 10,000원")).toEqual(["10,000"]);
    expect(marked("C#", "C와 C#")).toEqual(["C#"]);
    expect(marked("🇰🇷", "🇺🇰🇷🇪 🇰🇷")).toEqual(["🇰🇷"]);
    expect(marked("1️⃣", "1 1️⃣")).toEqual(["1️⃣"]);
  });

  test("has terms that stay the same when they are split again", () => {
    for (const [text] of cases) {
      for (const term of cut(text)) {
        expect(termsOf(term.text)).toEqual([term.text]);
        expect(termsOf(text.slice(term.start, term.end))).toEqual([term.text]);
      }
    }
    expect(["1⃣", "🇰🇷", "#"].filter(isWord)).toEqual([]);
  });
});

describe('[S161] a "-" leaves out', () => {
  test.each([
    ["deploy -prod", "deploy dev", true],
    ["deploy -prod", "deploy_prod", false],
    ["-prod deploy", "deploy prod", false],
    ["deploy －prod", "deploy prod", false],
    ['a -"b c"', "a c b", true],
    ['a -"b c"', "a b c", false],
    ["a -pro*", "a production", false],
    ["a -pro*", "a dev", true],
    ["회의 -취소", "회의 취소됨", false],
    ["회의 -취소", "회의 합니다", true],
    ["a -👍", "a 👍🏽", false],
    ["a -#tag", "a tag", false],
    ["-a", "b", true],
    ["-a", "a b", false],
    ["a -a", "a", false],
    ["a -b -c", "a c", false],
    // A "-" of something else.
    ["a-b", "a b", true],
    ["a - b", "a b", true],
    ["a -- b", "a b", true],
    ["--verbose", "run --verbose", true],
    ["a -> b", "a -> b", true],
    ["a -!", "a", true],
    ['"-b"', "a b", true],
  ])("%s in %s: %s", (typed, text, expected) => {
    expect(isFound(typed, text)).toBe(expected);
  });

  test("authors and channels too", () => {
    expect(parseSearch("x -from:@Bob -from:me -in:#C# -in:「잡담」 in:dev_ops from:kim_1", 0)).toMatchObject({
      ...{ clauses: [{ terms: ["x"] }], from: ["kim_1"], in: ["dev_ops"] },
      without: { clauses: [], from: ["bob", "me"], in: ["C#", "잡담"] },
    });
  });

  test("no days: such an operator is a word", () => {
    const { after, before, without } = parseSearch("-before:2026-01-01", 0);
    expect([after, before]).toEqual([null, null]);
    expect(without.clauses[0]?.terms).toEqual(["before", "2026", "01", "01"]);
  });
});

test("words are also split by the earlier rules, by which old messages are indexed", () => {
  expect(earlierTermsOf("final_report_v2.pdf")).toEqual(["final_report_v2", "pdf"]);
  expect(earlierTermsOf("C# ＿")).toEqual(["c", "_"]);
  expect(earlierTermsOf("🇰🇷")).toEqual(["🇰", "🇷"]);
  expect(earlierTermsOf("1️⃣2️⃣")).toEqual(["12"]);
  expect(earlierTermsOf("10,000원")).toEqual(["10", "000", "원"]);
  expect(parseSearch("a_b* plain", 0).clauses).toEqual([
    { terms: ["a", "b"], isPrefix: true, earlier: { terms: ["a_b"], isPrefix: true } },
    { terms: ["plain"], isPrefix: false },
  ]);
});
