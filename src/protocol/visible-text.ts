// Which characters show nothing. Messages, names and the parser of marks decide it here.

/**
 * A character that shows something. Not: white space, controls, format characters, what Unicode
 * lets every font ignore (fillers, joiners, selectors), noncharacters, and blank characters that
 * Unicode counts as letters or symbols: the empty Braille pattern, the musical null notehead, the
 * Khitan filler, the hieroglyphic blanks, and the place of an object that is not in the text.
 * Format characters that a font draws around digits and letters, such as U+0600, show something.
 */
const visible = new RegExp(
  [
    "[^\\s\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}",
    "\\u2800\\ufffc\\u{1d159}\\u{16fe4}\\u{13441}\\u{13442}]",
    "|[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]",
  ].join(""),
  "u",
);

/** Returns whether a text shows something. Stops at the first visible character. */
export const isVisible = (text: string): boolean => visible.test(text);

/** Characters that change the direction of the text after them. */
const directionChange = /[\u202a-\u202e\u2066-\u2069]/u;

/** Returns whether a text changes the direction of what surrounds it. */
export const changesDirection = (text: string): boolean => directionChange.test(text);

/** Characters without a shape that take as much room as a space. */
const blanks = /[\u3164\uffa0\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}]/gu;

/** Scripts whose letters change their shape beside a joiner or a non-joiner. */
const joined =
  "\\p{sc=Arab}\\p{sc=Syrc}\\p{sc=Nkoo}\\p{sc=Mong}\\p{sc=Deva}\\p{sc=Beng}\\p{sc=Guru}\\p{sc=Gujr}\\p{sc=Orya}\\p{sc=Taml}\\p{sc=Telu}\\p{sc=Knda}\\p{sc=Mlym}\\p{sc=Sinh}\\p{sc=Khmr}\\p{sc=Mymr}\\p{sc=Tibt}";

/** Ranges that keep their format characters. */
const needed = [
  // An emoji of several characters, also one of a later Unicode version.
  "\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]*\\u200d(?=\\p{Extended_Pictographic})",
  "\\p{RGI_Emoji}",
  "[0-9#*]\\ufe0f?\\u20e3",
  // A character in the shape that a selector chooses.
  "[\\p{Emoji}--[0-9#*]][\\ufe0e\\ufe0f]",
  "\\p{sc=Han}[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]",
  "\\p{sc=Mong}[\\u180b-\\u180d\\u180f]",
  // Letters in the shape that a joiner chooses: between two letters, or after a virama.
  `[${joined}][\\u200c\\u200d](?=[${joined}])`,
  `[[${joined}]&&\\p{M}][\\u200c\\u200d]`,
  "[\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}]",
].join("|");
const formats = new RegExp(`(${needed})|[\\p{Cf}\\p{Default_Ignorable_Code_Point}\\ufffc]`, "gv");

/**
 * Returns a name as it is stored: composed, without characters that show nothing, with white space
 * folded into single spaces and trimmed. Characters that an emoji or a script needs for its shape
 * stay. Cleaning a clean name changes nothing.
 */
export function cleanName(name: string): string {
  const clean = name.normalize("NFC").replace(blanks, " ").replace(formats, "$1").replace(/\s+/gu, " ").trim();
  // What was dropped may have kept two marks from being composed.
  return clean === name ? name : cleanName(clean);
}
