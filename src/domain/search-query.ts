// Parses the text of a search and matches messages against it. Every input is valid. An operator
// without a value and a day that does not exist are words. An unclosed quote runs to the end. Input
// without any term has no clause.
import { limits } from "../protocol";
import { cut, isWord, type Term } from "./search-terms";

/**
 * A sequence of terms, with any punctuation between them. With `isPrefix` the last term is a
 * prefix.
 */
export interface Clause {
  terms: readonly string[];
  isPrefix: boolean;
}

/**
 * All clauses must match, and one of `from` and one of `in` if there are any. The time must be
 * `after <= at < before`. `from` and `in` are as typed, without a leading `@` or `#`.
 */
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

/** Parses a search. `zone`: minutes east of UTC, for the days of `before:` and `after:`. */
export function parseSearch(typed: string, zone: number): ParsedSearch {
  const text = firstCodePoints(typed, limits.searchCodePoints);
  const clauses: Clause[] = [];
  const from: string[] = [];
  const channels: string[] = [];
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

  const addClause = (words: string, hasStar: boolean): void => {
    const all = cut(words).map((term) => term.text);
    const terms = all.slice(0, room);
    room -= terms.length;
    const last = terms.at(-1);
    if (last === undefined) return;
    clauses.push({ terms, isPrefix: hasStar && terms.length === all.length && isWord(last) });
  };

  /** Adds an operator. Returns false if `value` is not valid for the operator. */
  const addOperator = (name: string, value: string): boolean => {
    const wanted = value.replace(/^[@#＠＃]/, "").trim();
    if (wanted === "") return false;
    if (name === "from") from.push(wanted.toLowerCase());
    else if (name === "in") channels.push(wanted);
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
    if (name === undefined) addClause(value, phrase === null ? starred.test(value) : next(star) !== null);
    else if (!addOperator(name.toLowerCase(), value)) addClause(text.slice(start, at), starred.test(value));
  }
  return { clauses, from, in: channels, after, before };
}

/** Whether every clause matches somewhere in `text`. */
export function holds(search: Pick<ParsedSearch, "clauses">, text: string): boolean {
  const terms = cut(text);
  return search.clauses.every((clause) => findClause(clause, terms, 0) >= 0);
}

/** Returns the index of the first term at or after `from` where `clause` matches, or -1. */
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

/**
 * Returns the days since 1970-01-01, or null if the date does not exist. The computation lets years
 * begin in March, so that a leap day is the last day of its year.
 */
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
