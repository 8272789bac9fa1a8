// The classes of characters that decide where a mark begins and ends.
export { isVisible } from "../visible-text";

/** Letters of scripts that write particles and endings directly after a word, without a space. */
const attachedScripts =
  "\\p{sc=Hang}\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";

/** The classes. Each has one bit in the number of a character. */
const classes = [
  /^\s$/u,
  /^[\p{L}\p{M}\p{N}]$/u,
  new RegExp(`^[${attachedScripts}ー]$`, "u"),
  /^\p{sc=Hang}$/u,
  // What says something: a mark of only signs is an emoticon.
  /^[\p{L}\p{N}\p{Extended_Pictographic}]$/u,
  // With these the marked part of a text may begin if one character marks it.
  /^[\p{L}\p{N}\p{Extended_Pictographic}\p{Ps}\p{Pi}"'`@#$%&+\\₩€£¥¿¡]$/u,
  // An underscore marks only between these two, because names and emoticons hold it too.
  /^[\p{Ps}\p{Pi}"'*~]$/u,
  /^[\p{Pe}\p{Pf}"'.,;:!?…*~。，、！？]$/u,
  // These end a word. Masked names stand in lists ("김**, 이**").
  /^[\s,;/|&·、，]$/u,
  // With these a marked text may end before a slash or a letter: "**and**/or".
  /^[\p{L}\p{N}\p{Pe}\p{Pf}"']$/u,
  // Code in one backtick begins only behind these, because people type it for an apostrophe too.
  /^[\p{Ps}\p{Pi}"'*~,:;=/|+&>-]$/u,
];
const [SPACE, WORD, ATTACHED, HANGUL, CONTENT, STARTING, OPENING, CLOSING, WORD_END, ENDING, BEFORE_CODE] = classes.map(
  (_, bit) => 1 << bit,
) as [number, number, number, number, number, number, number, number, number, number, number];
const KNOWN = 1 << classes.length;

/** The classes of the characters of one unit that were asked for. Bound: one number for each. */
const known = new Uint16Array(0x10000);

function classesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  const found = known[point] ?? 0;
  if (found !== 0) return found;
  let bits = KNOWN;
  for (const [bit, pattern] of classes.entries()) if (pattern.test(character)) bits |= 1 << bit;
  if (point < known.length) known[point] = bits;
  return bits;
}

/** Returns the character that begins at a position; "" after the end. */
export function characterAt(text: string, at: number): string {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff ? String.fromCodePoint(text.codePointAt(at) ?? unit) : text.charAt(at);
}

/** Returns the character that ends before a position; "" before the start. */
export function characterBefore(text: string, at: number): string {
  if (at <= 0) return "";
  const unit = text.charCodeAt(at - 1);
  const isLow = unit >= 0xdc00 && unit <= 0xdfff;
  return characterAt(text, isLow && at > 1 ? at - 2 : at - 1);
}

// Each takes one character, or "" at the edge of the text.
const isIn =
  (wanted: number) =>
  (character: string): boolean =>
    character !== "" && (classesOf(character) & wanted) !== 0;

const isSpace = isIn(SPACE);
/** Whether a character is white space or the edge of the text. */
export const isEdge = (character: string): boolean => character === "" || isSpace(character);
/** Whether a word in this script may continue with a particle, or begin directly after another. */
export const isAttached = isIn(ATTACHED);
export const isHangul = isIn(HANGUL);
export const isWordCharacter = isIn(WORD);
/** Whether a character is a letter or a digit of a script that separates words by spaces. */
export const isSpacedWord = (character: string): boolean => isWordCharacter(character) && !isAttached(character);
/** Whether a character says something by itself: a letter, a digit, or an emoji. */
export const isContent = isIn(CONTENT);
export const mayStartMarked = isIn(STARTING);
export const isOpeningSign = isIn(OPENING);
export const isClosingSign = isIn(CLOSING);
export const endsWord = isIn(WORD_END);
export const mayEndMarked = isIn(ENDING);
export const mayPrecedeCode = isIn(BEFORE_CODE);
