// Splits a text into search terms. Messages and queries are split in the same way. Scripts with
// spaces give words without case and accents. Scripts without spaces give single characters, each
// with its marks. A symbol or an emoji is a term of its own, and so are a flag and a keycap. Names
// are split at `_`. A `#` is a symbol, except before a word, as in `#12`. A number with commas
// between its thousands is a term without them. Texts that Unicode treats as equivalent give the
// same terms, including decomposed Hangul. Splitting a term again gives the same term. A text is
// read in one pass.

/**
 * `text` is folded. `[start, end)` is its range in the source with its accents, in UTF-16 units.
 */
export interface Term {
  text: string;
  start: number;
  end: number;
}

const unknown = 0;
const gap = 1;
const word = 2;
const character = 3;
const symbol = 4;
/**
 * A mark belongs to the character before it: accents, vowel signs and invisible characters
 * (joiners, selectors, skin tones, soft hyphens).
 */
const mark = 5;

const gaps = /^[\s\u200b]$/u;
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/gu;
const marks = /^[\p{M}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}\uff9e\uff9f]$/u;
const characters =
  /^(?:[[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Yiii}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}\p{sc=Tale}\p{sc=Talu}\p{sc=Lana}\p{sc=Tavt}]&&[\p{L}\p{N}\p{S}]]|[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]&&[\p{L}\p{N}]])$/v;
const words = /^[\p{L}\p{N}]$/u;
const symbols = /^[[\p{S}--\p{Sk}]#＃﹟]$/v;
/** Emoji of several characters whose first character is another emoji, or no emoji at all. */
const flag = /\p{RI}{2}|\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}/uy;
const keycap = /([0-9#*])\ufe0f?\u20e3/uy;
const digit = "[0-9０-９]";
const thousands = new RegExp(`${digit}{1,3}(?:[,，]${digit}{3})+(?!${digit})`, "y");
/** The accents of every script, except those that distinguish kana. */
const accents = /[[\p{M}&&\p{sc=Zinh}]--[\u3099\u309a]]/gv;
/**
 * Unicode's limit for the marks on one character. More marks are slow to sort and have no meaning.
 */
const marksRead = 30;

const memoized = 0x20000;
const kinds = new Uint8Array(memoized);
/** Bound: `foldsKept` entries of about 100 bytes. */
const folds = new Map<number, string>();
const foldsKept = 16_384;
/** Bound: `clustersKept` entries of at most `2 * marksRead` UTF-16 units and as much folded. */
const clusters = new Map<string, string>();
const clustersKept = 4_096;

/** Whether a term is a word, which a prefix can match. */
export const isWord = (term: string): boolean => kindOf(term.codePointAt(0) ?? 0) === word && !term.endsWith("\u20e3");

export function cut(text: string): Term[] {
  const terms: Term[] = [];
  cutPart(text, 0, text.length, terms);
  return terms;
}

/**
 * Adds the terms that begin at `from` or later and before `end`. Returns the position after them,
 * where the next part begins. The parts of a text together give the same terms as `cut`. `terms`
 * must hold those of the earlier parts.
 */
export function cutPart(text: string, from: number, end: number, terms: Term[]): number {
  let at = from;
  while (at < end) {
    const start = at;
    const point = text.codePointAt(at) ?? 0;
    const whole = wholeAt(text, point, at);
    if (whole !== null) {
      at = endOfMarks(text, whole.end);
      terms.push({ text: whole.text, start, end: at });
      continue;
    }
    const kind = kindOf(point);
    at += widthOf(point);
    if (kind === gap || kind === mark) continue;
    if (kind === word) {
      at = endOfWord(text, (isDigit(point) ? endOf(thousands, text, start) : null) ?? start);
      terms.push({ text: foldWord(text, start, at), start, end: at });
    } else if (!isNumberSign(point) || terms.at(-1)?.end === start || !isBeforeWord(text, at)) {
      at = endOfSyllable(text, point, at);
      const read = endOfMarks(text, at, marksRead);
      at = endOfMarks(text, read);
      const isAlone = read === start + widthOf(point);
      terms.push({ text: isAlone ? foldOf(point) : foldCluster(text.slice(start, read)), start, end: at });
    }
  }
  return at;
}

/** Returns the end of the match of a sticky pattern at a position; null if there is none. */
function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** Whether a UTF-16 unit is a letter of ASCII. Most text has no others. */
const isPlainLetter = (unit: number): boolean => (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a);
const isPlainDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;
const isDigit = (point: number): boolean => isPlainDigit(point) || (point >= 0xff10 && point <= 0xff19);
const isRegional = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;
const isKeycapStart = (point: number): boolean => isPlainDigit(point) || point === 0x23 || point === 0x2a;
const isNumberSign = (point: number): boolean => point === 0x23 || point === 0xff03 || point === 0xfe5f;

/** Returns the flag or the keycap that begins at a position, without variation selectors. */
function wholeAt(text: string, point: number, at: number): { text: string; end: number } | null {
  if (isKeycapStart(point)) {
    const next = text.charCodeAt(at + 1);
    if (next !== 0xfe0f && next !== 0x20e3) return null;
    const end = endOf(keycap, text, at);
    return end === null ? null : { text: `${text.charAt(at)}\u20e3`, end };
  }
  if (!isRegional(point) && point !== 0x1f3f4) return null;
  const end = endOf(flag, text, at);
  return end === null ? null : { text: text.slice(at, end), end };
}

/** Returns the end of the word, which a keycap ends too. */
function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (isPlainLetter(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const next = text.codePointAt(at) ?? 0;
    const kind = kindOf(next);
    if ((kind !== word && kind !== mark) || wholeAt(text, next, at) !== null) break;
    at += widthOf(next);
  }
  return at;
}

/** Returns the end of the marks at a position, of which it reads at most `most`. */
function endOfMarks(text: string, from: number, most = Number.POSITIVE_INFINITY): number {
  let at = from;
  for (let count = 0; at < text.length && count < most; count++) {
    const next = text.codePointAt(at) ?? 0;
    if (kindOf(next) !== mark) break;
    at += widthOf(next);
  }
  return at;
}

/** Whether a word or a character of a script without spaces begins at a position. */
function isBeforeWord(text: string, at: number): boolean {
  const start = endOfMarks(text, at);
  const kind = kindOf(text.codePointAt(start) ?? 0);
  return kind === word || kind === character;
}

const widthOf = (point: number): number => (point > 0xffff ? 2 : 1);

function kindOf(point: number): number {
  // Above the memoized range: two planes of ideographs, then tags and selectors. Nothing else is
  // assigned.
  if (point >= memoized) return point < 0x40000 ? character : point >= 0xe0000 && point < 0xe1000 ? mark : gap;
  const known = kinds[point] ?? unknown;
  if (known !== unknown) return known;
  const kind = classify(String.fromCodePoint(point));
  kinds[point] = kind;
  return kind;
}

function classify(one: string): number {
  if (gaps.test(one)) return gap;
  if (marks.test(one)) return mark;
  if (characters.test(one)) return character;
  if (words.test(one)) return word;
  return symbols.test(one) ? symbol : gap;
}

/**
 * Returns the end of a Hangul syllable that is written as separate letters. `at` is after its first
 * letter.
 */
function endOfSyllable(text: string, point: number, at: number): number {
  const isLead = point >= 0x1100 && point <= 0x1112;
  const isOpen = point >= 0xac00 && point <= 0xd7a3 && (point - 0xac00) % 28 === 0;
  if (!isLead && !isOpen) return at;
  const vowel = text.charCodeAt(at);
  if (isLead && !(vowel >= 0x1161 && vowel <= 0x1175)) return at;
  const tailAt = isLead ? at + 1 : at;
  const tail = text.charCodeAt(tailAt);
  return tail >= 0x11a8 && tail <= 0x11c2 ? tailAt + 1 : tailAt;
}

function foldWord(text: string, start: number, end: number): string {
  const source = text.slice(start, end);
  if (isPlain(text, start, end)) return source.toLowerCase();
  let folded = "";
  for (const one of source) {
    const point = one.codePointAt(0) ?? 0;
    if (kindOf(point) === word) folded += foldOf(point);
  }
  return folded;
}

/** Whether a word has only letters and digits of ASCII. */
function isPlain(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (!isPlainLetter(unit) && !isPlainDigit(unit)) return false;
  }
  return true;
}

function foldOf(point: number): string {
  if (isFolded(point)) return String.fromCodePoint(point);
  const known = folds.get(point);
  if (known !== undefined) return known;
  const one = String.fromCodePoint(point);
  const folded = kindOf(point) === word ? foldLetter(one) : foldCharacter(one);
  if (folds.size >= foldsKept) folds.clear();
  folds.set(point, folded);
  return folded;
}

/**
 * Whether folding changes nothing: Hangul syllables, and the ideographs above the memoized range
 * except the compatibility ones.
 */
const isFolded = (point: number): boolean =>
  (point >= 0xac00 && point <= 0xd7a3) || (point >= memoized && (point < 0x2f800 || point > 0x2fa1f));

const isAll = (text: string, kind: number): boolean =>
  text !== "" && [...text].every((one) => kindOf(one.codePointAt(0) ?? 0) === kind);

const withoutMarks = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "");

/**
 * Folds through the upper case, so that ß becomes ss, ς becomes σ and the dotless ı becomes i. A
 * character that would become several of another kind (½, ﷺ) stays.
 */
function foldLetter(letter: string): string {
  const folded = withoutMarks(withoutMarks(letter).toLowerCase().toUpperCase().toLowerCase());
  return isAll(folded, word) ? folded : letter.toLowerCase();
}

function foldCluster(source: string): string {
  const known = clusters.get(source);
  if (known !== undefined) return known;
  const folded = foldCharacter(source);
  if (clusters.size >= clustersKept) clusters.clear();
  clusters.set(source, folded);
  return folded;
}

/** Folds width and form if the result is one character of the same kind. ㎏ and ㍻ stay unchanged. */
function foldCharacter(source: string): string {
  const seen = source.replace(unseen, "");
  const folded = compose(seen, "NFKC").toLowerCase();
  const [first = "", ...rest] = folded;
  const isOne = isAll(first, kindOf(seen.codePointAt(0) ?? 0)) && (rest.length === 0 || isAll(rest.join(""), mark));
  return isOne ? folded : compose(seen, "NFC");
}

const compose = (text: string, form: "NFC" | "NFKC"): string =>
  text.normalize(form).replace(accents, "").normalize(form);
