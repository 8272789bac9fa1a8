// Random search queries: what people type, and input that is not meant for a search.
import { randomInt } from "node:crypto";
import type { Corpus, Line } from "./corpus.ts";

const pick = <T>(items: readonly T[]): T => {
  const item = items[randomInt(items.length)];
  if (item === undefined) throw new Error("cannot pick from an empty list");
  return item;
};

const syntax = [
  ...[
    "a AND b",
    "the OR list",
    "NOT late",
    "NEAR(the list, 2)",
    "terms : the",
    "{terms tags} : x",
    "^morning",
    "the + list",
    "- the",
    "the*",
    "*",
    "**",
  ],
  ...[
    '"',
    '""',
    '"""',
    "'",
    "''; DROP TABLE archive; --",
    "(",
    ")",
    "((the)",
    "[the]",
    "a\\b",
    "%",
    "_",
    "m.c_0",
    "tags:x",
    "rank",
    "archive",
    "the:list",
  ],
  ...[
    "from:",
    "in:",
    "before:",
    "after:",
    "from:*",
    'in:"',
    "before:2026-13-01",
    "after:x",
    "from:@",
    "in:#",
    ":",
    "from:from:bob",
    "--",
    "/* */",
    "?1",
    "$1",
    "@x",
  ],
];

const commonest = ["the", "it", "is", "요", "이", "는", "2", "a", "last", "second", "요 .", "to", "어요", "세"];

export interface GeneratedQuery {
  kind: string;
  q: string;
}

type Kind = (corpus: Corpus, line: Line) => string;

const wordOf = ({ text, terms }: Line): string => {
  const term = terms.length === 0 ? undefined : pick(terms);
  return term ? text.slice(term.start, term.end) : "the";
};

const anyText = (length: number): string =>
  Array.from({ length }, () => {
    const point = pick([
      () => randomInt(0x20, 0x7f),
      () => randomInt(0xa0, 0xd800),
      () => randomInt(0xe000, 0x10ffff + 1),
    ])();
    return String.fromCodePoint(point);
  }).join("");

const days = (by: number): string => new Date(Date.now() + by * 86_400_000).toISOString().slice(0, 10);

const filter = (): string =>
  pick([
    () => `from:${pick(["alice", "bob", "carol", "me", "@bob", "nobody", "BOB"])}`,
    () => `in:${pick(['"The long"', "the", "everyone", '"Everyone 모두"', "bob", "carol", "nowhere", "#The"])}`,
    () => `after:${days(randomInt(-3, 2))}`,
    () => `before:${days(randomInt(-2, 3))}`,
  ])();

const kinds: Record<string, Kind> = {
  word: (_, line) => wordOf(line),
  words: (_, line) => `${wordOf(line)} ${wordOf(line)}`,
  "words of two lines": (corpus, line) => `${wordOf(line)} ${wordOf(pick(corpus.lines))} ${wordOf(line)}`,
  phrase: (_, { text, terms }) => {
    const from = randomInt(Math.max(1, terms.length));
    const to = Math.min(terms.length, from + randomInt(1, 6));
    return `"${text.slice(terms[from]?.start ?? 0, terms[to - 1]?.end ?? 0)}"`;
  },
  "whole line": (_, line) => line.text,
  beginning: (_, line) => `${wordOf(line).slice(0, randomInt(1, 6))}*`,
  "one letter*": () => `${pick([..."abcdefghijklmnopqrstuvwxyz0123456789"])}*`,
  "one letters*": () => `${pick([..."tismawb12"])}* ${pick([..."tismawb12"])}*`,
  commonest: () => pick(commonest),
  "commonest two": () => `${pick(commonest)} ${pick(commonest)}`,
  "random Unicode": () => anyText(randomInt(1, 12)),
  "long nonsense": () => anyText(300),
  syntax: () => pick(syntax),
  "syntax and words": (_, line) => `${pick(syntax)} ${wordOf(line)} ${pick(syntax)}`,
  "only a filter": filter,
  "only filters": () => `${filter()} ${filter()}`,
  "word and word to leave out": (_, line) => `${wordOf(line)} -${wordOf(line)}`,
  "commonest without a word or an author": (_, line) =>
    `${pick(commonest)} -${pick([wordOf(line), "from:me", "in:bob"])}`,
  "filter and word": (_, line) => `${filter()} ${wordOf(line)}`,
  "filter and commonest": () => `${pick(commonest)} ${filter()}`,
  nothing: () => pick(["", " ", "\t\n", "​"]),
};

const names = Object.keys(kinds);

export function randomQuery(corpus: Corpus): GeneratedQuery {
  const kind = pick(names);
  return { kind, q: kinds[kind]?.(corpus, pick(corpus.lines)) ?? "" };
}
