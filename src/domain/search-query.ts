// What a search asks for, read from one line as it was typed, and whether a text holds it. Whatever is typed means something: an operator without a
// value and a day that is none are words, a quote left open runs to the end, and what has no term asks for nothing.
import { limits } from "../protocol";
import { cut, isWord, type Term } from "./search-terms";

/** `terms` stand one after the other, whatever punctuation is between. With `isPrefix` the last of them is only a beginning. */
export interface Clause {
  terms: readonly string[];
  isPrefix: boolean;
}

/** All clauses must hold, and one of `from` and one of `in` where there are any, as typed but for a leading `@` or `#`; `after <= at < before`. */
export interface ParsedSearch {
  clauses: readonly Clause[];
  from: readonly string[];
  in: readonly string[];
  after: number | null;
  before: number | null;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

const space = /\s+/y;
const word = /\S+/y;
const quoted = /["“”„＂]([^"“”＂]*)["“”＂]?|«([^»]*)»?|「([^」]*)」?|『([^』]*)』?/y;
const operator = /(from|in|before|after)[:：]/iy;
const star = /[*＊]/y;
const starred = /[*＊]$/;
const calendarDay = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;

/** `zone` is minutes east of UTC: where the days of `before:` and `after:` begin. */
export function parseSearch(typed: string, zone: number): ParsedSearch {
  const text = firstCodePoints(typed, limits.searchCodePoints);
  const clauses: Clause[] = [];
  const from: string[] = [];
  const places: string[] = [];
  let after: number | null = null;
  let before: number | null = null;
  let room: number = limits.searchTerms;
  let at = 0;

  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  const ask = (words: string, hasStar: boolean): void => {
    const all = cut(words).map((term) => term.text);
    const terms = all.slice(0, room);
    room -= terms.length;
    const last = terms.at(-1);
    if (last === undefined) return;
    clauses.push({ terms, isPrefix: hasStar && terms.length === all.length && isWord(last) });
  };

  /** Whether `value` is one that narrows the search. */
  const narrow = (name: string, value: string): boolean => {
    const sought = value.replace(/^[@#＠＃]/, "").trim();
    if (sought === "") return false;
    if (name === "from") from.push(sought.toLowerCase());
    else if (name === "in") places.push(sought);
    else {
      const day = dayOf(value);
      if (day === null) return false;
      const startsAt = (name === "before" ? day : day + 1) * dayMs - zone * minuteMs;
      if (name === "before") before = Math.min(before ?? startsAt, startsAt);
      else after = Math.max(after ?? startsAt, startsAt);
    }
    return true;
  };

  for (next(space); at < text.length; next(space)) {
    const start = at;
    const [, name] = next(operator) ?? [];
    const phrase = next(quoted);
    const value = phrase === null ? (next(word)?.[0] ?? "") : phrase.slice(1).join("");
    if (name === undefined) ask(value, phrase === null ? starred.test(value) : next(star) !== null);
    else if (!narrow(name.toLowerCase(), value)) ask(text.slice(start, at), starred.test(value));
  }
  return { clauses, from, in: places, after, before };
}

/** Whether every clause is somewhere in `text`. */
export function holds(search: Pick<ParsedSearch, "clauses">, text: string): boolean {
  const terms = cut(text);
  return search.clauses.every((clause) => findClause(clause, terms, 0) >= 0);
}

/** The first term at or behind `from` where `clause` stands, or -1. */
export function findClause(clause: Clause, terms: readonly Term[], from: number): number {
  const sought = clause.terms;
  const last = sought.length - 1;
  if (last < 0) return -1;
  for (let at = from; at + last < terms.length; at++) {
    let same = 0;
    while (same < last && terms[at + same]?.text === sought[same]) same++;
    if (same < last) continue;
    const text = terms[at + last]?.text ?? "";
    const end = sought[last] ?? "";
    if (clause.isPrefix ? text.startsWith(end) : text === end) return at;
  }
  return -1;
}

function firstCodePoints(text: string, count: number): string {
  let end = 0;
  for (let read = 0; read < count && end < text.length; read++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

/** Days since 1970-01-01 of a day of the calendar, or null. Years begin in March here, so that a leap day is the last. */
function dayOf(typed: string): number | null {
  const [, y, , m, d] = calendarDay.exec(typed) ?? [];
  const [year, month, day] = [Number(y), Number(m), Number(d)];
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return null;
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
