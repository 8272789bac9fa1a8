// The classes of characters that decide where a mark begins and ends.

/** Letters of scripts that write particles and endings directly after a word, without a space. */
const attachedScripts =
  "\\p{sc=Hang}\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";
const attached = new RegExp(`^[${attachedScripts}ー]$`, "u");
const wordCharacter = /^[\p{L}\p{M}\p{N}]$/u;
const space = /^\s$/u;
/** Characters that show nothing: a text of only these and white space would be empty. */
const invisible = /^[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]$/u;

/** Returns the character that begins at a position; "" after the end. */
export const characterAt = (text: string, at: number): string => {
  const point = text.codePointAt(at);
  return point === undefined ? "" : String.fromCodePoint(point);
};

/** Returns the character that ends before a position; "" before the start. */
export function characterBefore(text: string, at: number): string {
  if (at <= 0) return "";
  const unit = text.charCodeAt(at - 1);
  const isLow = unit >= 0xdc00 && unit <= 0xdfff;
  return characterAt(text, isLow && at > 1 ? at - 2 : at - 1);
}

/** Whether a character is white space or the edge of the text. */
export const isEdge = (character: string): boolean => character === "" || space.test(character);

/** Whether a word in this script may continue with a particle, or begin directly after another. */
export const isAttached = (character: string): boolean => character !== "" && attached.test(character);

/** Whether a character is a letter or a digit of a script that separates words by spaces. */
export const isSpacedWord = (character: string): boolean =>
  character !== "" && wordCharacter.test(character) && !attached.test(character);

export const isWordCharacter = (character: string): boolean => character !== "" && wordCharacter.test(character);

/** Whether a text shows something. Stops at the first visible character. */
export function isVisible(text: string): boolean {
  for (const character of text) if (!invisible.test(character)) return true;
  return false;
}
