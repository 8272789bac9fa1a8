// Cuts the excerpt of a message that a search found: the first stretch that matches the most
// clauses, with a little text before the stretch. White space is folded first. Marks are positions
// in the returned text. A word that matches by a prefix is marked as a whole.
import { countCodePoints, type Excerpt, limits } from "../protocol";
import { type Clause, findClause, type ParsedSearch } from "./search-query";
import { cut, type Term } from "./search-terms";

type Span = [start: number, end: number];

const ellipsis = "…";
/** How many code points precede the first match. */
const leadPoints = 40;
/** The most text that is dropped at the end so that no word is cut. UTF-16 units. */
const slackUnits = 40;

export function excerptOf(search: Pick<ParsedSearch, "clauses">, text: string): Excerpt {
  const flat = text.replace(/\s+/gu, " ").trim();
  const terms = cut(flat);
  const [start, end] = windowOf(search.clauses, flat, terms);
  const before = start > 0 ? ellipsis : "";
  const after = end < flat.length ? ellipsis : "";
  const shown = terms.filter((term) => term.start >= start && term.end <= end);
  const shift = before.length - start;
  const marks = marksOf(search.clauses, shown).map((mark): Span => [mark[0] + shift, mark[1] + shift]);
  return { text: before + flat.slice(start, end) + after, marks };
}

/** Returns the marks in ascending order. Marks that touch or overlap are merged. */
function marksOf(clauses: readonly Clause[], terms: readonly Term[]): Span[] {
  const places: Span[] = [];
  for (const clause of clauses) {
    for (let at = findClause(clause, terms, 0); at >= 0; at = findClause(clause, terms, at + 1)) {
      places.push([terms[at]?.start ?? 0, endOf(clause, terms, at)]);
    }
  }
  const marks: Span[] = [];
  for (const [start, end] of places.sort((a, b) => a[0] - b[0])) {
    const last = marks.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else marks.push([start, end]);
  }
  return marks;
}

const endOf = (clause: Clause, terms: readonly Term[], at: number): number =>
  terms[at + clause.terms.length - 1]?.end ?? 0;

function windowOf(clauses: readonly Clause[], flat: string, terms: readonly Term[]): Span {
  const most = limits.excerptCodePoints;
  if (countCodePoints(flat) <= most) return [0, flat.length];
  const room = most - 2 * ellipsis.length;
  const [from, to] = densestStretch(clauses, flat, terms, room);
  const spare = room - countCodePoints(flat.slice(from, to));
  const wanted = Math.min(
    back(flat, from, Math.min(leadPoints, spare)),
    back(flat, flat.length, most - ellipsis.length),
  );
  const start = startNear(flat, terms, wanted, from);
  const left = start > 0 ? most - ellipsis.length : most;
  if (ahead(flat, start, left) >= flat.length) return [start, flat.length];
  return [start, endNear(flat, terms, to, ahead(flat, start, left - ellipsis.length))];
}

/**
 * Returns the first stretch of at most `room` code points that matches the most clauses. Reads the
 * matches of all clauses once and stores none of them.
 */
function densestStretch(clauses: readonly Clause[], flat: string, terms: readonly Term[], room: number): Span {
  const next = clauses.map((clause) => findClause(clause, terms, 0));
  let best: Span | null = null;
  let most = 0;
  let at = 0;
  let limit = ahead(flat, 0, room);
  for (;;) {
    const first = Math.min(...next.filter((place) => place >= 0));
    const start = terms[first]?.start;
    if (start === undefined) return best ?? [0, 0];
    while (at < start) {
      at += widthAt(flat, at);
      limit += widthAt(flat, limit);
    }
    const ends = clauses.flatMap((clause, i) => {
      const place = next[i] ?? -1;
      return place < 0 ? [] : [endOf(clause, terms, place)];
    });
    const reached = ends.filter((end) => end <= limit);
    if (best === null || reached.length > most) {
      best = [start, Math.max(start, ...reached)];
      most = reached.length;
    }
    if (most === clauses.length) return best;
    clauses.forEach((clause, i) => {
      if (next[i] === first) next[i] = findClause(clause, terms, first + 1);
    });
  }
}

/**
 * Returns the start of the excerpt: after the first space between `wanted` and `from`, else at a
 * term.
 */
function startNear(flat: string, terms: readonly Term[], wanted: number, from: number): number {
  if (wanted === 0 || flat[wanted - 1] === " ") return wanted;
  const space = flat.slice(wanted, from).indexOf(" ");
  if (space >= 0) return wanted + space + 1;
  return terms.find((term) => term.start >= wanted)?.start ?? from;
}

/**
 * Returns the end of the excerpt: at a space between `to` and `wanted`, else at a term, unless that
 * drops too much.
 */
function endNear(flat: string, terms: readonly Term[], to: number, wanted: number): number {
  const least = Math.max(to, wanted - slackUnits);
  const space = flat.lastIndexOf(" ", wanted);
  if (space >= least) return space;
  const cutTerm = terms.find((term) => term.start < wanted && term.end > wanted);
  return cutTerm !== undefined && cutTerm.start >= least ? cutTerm.start : wanted;
}

const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Returns the offset `points` code points after `at`, or the end of the text. */
function ahead(text: string, at: number, points: number): number {
  let end = at;
  for (let read = 0; read < points && end < text.length; read++) end += widthAt(text, end);
  return end;
}

/** Returns the offset `points` code points before `at`, or the start of the text. */
function back(text: string, at: number, points: number): number {
  let start = at;
  for (let read = 0; read < points && start > 0; read++) {
    start--;
    if (start > 0 && (text.codePointAt(start - 1) ?? 0) > 0xffff) start--;
  }
  return start;
}
