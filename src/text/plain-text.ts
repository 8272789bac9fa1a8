// The text of a message without its markdown marks, because notifications show plain text. The
// page's markdown parser is four times as large as the whole service worker. So this file removes
// only what is certainly a mark and leaves everything else as it was typed.

const code = /(`+[^`]+`+)/;
const marks: readonly [RegExp, string][] = [
  [/\[([^[\]]+)\]\((?:https?:|mailto:)[^()\s]+\)/g, "$1"],
  [/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2"],
  [/~~(?=\S)(.+?)(?<=\S)~~/g, "$1"],
  [/(?<![\w*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![\w*])/g, "$1"],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]+)(?<=\S)_(?![\p{L}\p{N}_])/gu, "$1"],
];

const withoutMarks = (text: string): string => marks.reduce((left, [mark, kept]) => left.replace(mark, kept), text);

/**
 * The characters in which marks are looked for: more than a notification shows. The patterns take
 * quadratic time, so a text must not be longer.
 */
const MARKED_CHARACTERS = 1_000;

/** Returns the text without its marks. Text inside of code has none. */
export const plainText = (text: string): string =>
  text
    .slice(0, MARKED_CHARACTERS)
    .split(code)
    .map((part, at) => (at % 2 === 1 ? part.replace(/^`+|`+$/g, "") : withoutMarks(part)))
    .join("") + text.slice(MARKED_CHARACTERS);
