// A notification shows no marks. The page's own reader of markdown is four times as large as all of the worker, so what is surely a mark is taken away
// here, and everything else stays as it was typed.

const code = /(`+[^`]+`+)/;
const marks: readonly [RegExp, string][] = [
  [/\[([^[\]]+)\]\((?:https?:|mailto:)[^()\s]+\)/g, "$1"],
  [/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2"],
  [/~~(?=\S)(.+?)(?<=\S)~~/g, "$1"],
  [/(?<![\w*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![\w*])/g, "$1"],
  [/(?<![\p{L}\p{N}_])_(?=[^\s_])([^_]+)(?<=\S)_(?![\p{L}\p{N}_])/gu, "$1"],
];

const unmarked = (text: string): string => marks.reduce((left, [mark, kept]) => left.replace(mark, kept), text);

/** The words of a text; inside of code nothing is a mark. */
export const withoutMarks = (text: string): string =>
  text
    .split(code)
    .map((part, at) => (at % 2 === 1 ? part.replace(/^`+|`+$/g, "") : unmarked(part)))
    .join("");
