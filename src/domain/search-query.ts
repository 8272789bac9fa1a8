// Parses the text of a search and matches messages against it. Every input is valid. An operator
// without a value and a day that does not exist are words. An unclosed quote runs to the end. Input
// without any term has no clause. A "-" before a word, a phrase, `from:` or `in:` leaves out what
// it finds; so does one before `has:`.
import { limits, type SearchZone, startOfDay } from "../protocol";
import { type ContentKind, contentKinds } from "./content-kind";
import { earlierTermsOf } from "./earlier-search-terms";
import { cut, isWord, type Term } from "./search-terms";

/**
 * A sequence of terms, with any punctuation between them. With `isPrefix` the last term is a
 * prefix.
 */
export interface Clause {
  terms: readonly string[];
  isPrefix: boolean;
  /** The same words by the earlier rules, if those differ: see `earlier-search-terms.ts`. */
  earlier?: Clause;
}

/** What a message must match. `from` and `in` are as typed, without a leading `@` or `#`. */
interface SearchCriteria {
  clauses: readonly Clause[];
  from: readonly string[];
  in: readonly string[];
  has: readonly ContentKind[];
}

/**
 * All clauses and all of `has` must match, and one of `from` and one of `in` if there are any, and
 * nothing in `without`. The time must be `after <= at < before`.
 */
export interface ParsedSearch extends SearchCriteria {
  without: SearchCriteria;
  after: number | null;
  before: number | null;
}

const space = /\s+/y;
const word = /\S+/y;
const quoted = /["“”„＂]([^"“”＂]*)["“”＂]?|«([^»]*)»?|「([^」]*)」?|『([^』]*)』?/y;
const operator = /(from|in|before|after|has)[:：]/iy;
/** A "-" that leaves out. It is part of a word elsewhere, as in `a-b`, `->` and `--verbose`. */
const minus = /[-－](?=[\p{L}\p{N}\p{RI}\p{Extended_Pictographic}"“”„＂«「『]|[@#＠＃][\p{L}\p{N}])/uy;
const star = /[*＊]/y;
const starred = /[*＊]$/;
const calendarDay = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/;

/** Parses a search. `zone`: the time zone of the days of `before:` and `after:`. */
export function parseSearch(typed: string, zone: SearchZone): ParsedSearch {
  const text = firstCodePoints(typed, limits.searchCodePoints);
  const noCriteria = () => ({
    ...{ clauses: [] as Clause[], from: [] as string[], in: [] as string[], has: [] as ContentKind[] },
  });
  const wanted = noCriteria();
  const without = noCriteria();
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

  const addClause = (to: Clause[], words: string, hasStar: boolean): void => {
    const terms = cut(words).map((term) => term.text);
    const clause = clauseOf(terms, room, hasStar);
    if (clause === null) return;
    const earlier = earlierTermsOf(words);
    const isSame = earlier.length === terms.length && earlier.every((term, at) => term === terms[at]);
    const other = isSame ? null : clauseOf(earlier, room, hasStar);
    room -= clause.terms.length;
    to.push(other === null ? clause : { ...clause, earlier: other });
  };

  /** Adds an operator. Returns false if `value` is not valid for the operator. */
  const addOperator = (to: typeof wanted, name: string, value: string): boolean => {
    const named = value.replace(/^[@#＠＃]/, "").trim();
    if (named === "") return false;
    if (name === "from") to.from.push(named.toLowerCase());
    else if (name === "in") to.in.push(named);
    else if (name === "has") {
      const kind = contentKinds.find((one) => one === named.toLowerCase());
      if (kind === undefined) return false;
      if (!to.has.includes(kind)) to.has.push(kind);
    } else {
      const day = dayOf(value);
      if (day === null || to !== wanted) return false;
      const startsAt = startOfDay(zone, name === "before" ? day : day + 1);
      if (name === "before") before = Math.min(before ?? startsAt, startsAt);
      else after = Math.max(after ?? startsAt, startsAt);
    }
    return true;
  };

  for (next(space); at < text.length; next(space)) {
    const to = next(minus) === null ? wanted : without;
    const start = at;
    const [, name] = next(operator) ?? [];
    const phrase = next(quoted);
    const value = phrase === null ? (next(word)?.[0] ?? "") : phrase.slice(1).join("");
    if (name === undefined) addClause(to.clauses, value, phrase === null ? starred.test(value) : next(star) !== null);
    else if (!addOperator(to, name.toLowerCase(), value))
      addClause(to.clauses, text.slice(start, at), starred.test(value));
  }
  return { ...wanted, without, after, before };
}

/** Returns the clause of the first `room` terms; null if there are none. */
function clauseOf(all: readonly string[], room: number, hasStar: boolean): Clause | null {
  const terms = all.slice(0, room);
  const last = terms.at(-1);
  if (last === undefined) return null;
  return { terms, isPrefix: hasStar && terms.length === all.length && isWord(last) };
}

/** Whether every clause matches somewhere in `text`, and none of those to leave out. */
export function holds({ clauses, without }: Pick<ParsedSearch, "clauses" | "without">, text: string): boolean {
  const terms = cut(text);
  const isFound = (clause: Clause): boolean => findClause(clause, terms, 0) >= 0;
  return clauses.every(isFound) && !without.clauses.some(isFound);
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
    // A keycap begins with a digit, but is found as a whole.
    if (clause.isPrefix ? text.startsWith(end) && isWord(text) === isWord(end) : text === end) return at;
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
