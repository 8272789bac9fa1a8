// Splits source texts into code and comments, for tests of the code itself. It knows strings,
// templates, regular expressions and comments, which is enough for this project's style.

export interface SourceComment {
  text: string;
  /** The line of its first character, from 1. */
  line: number;
  /** The longest line that the comment is on, up to the comment's end, in UTF-16 units. */
  columns: number;
}

export interface SourceParts {
  /** The text with comments, strings and regular expressions replaced by spaces. */
  code: string;
  comments: SourceComment[];
}

type Token = "comment" | "text";

const blank = (text: string): string => text.replace(/[^\n]/g, " ");
/** What may precede a regular expression; after anything else a slash divides. */
const beforeRegex = /(?:^|[(,=:[!&|?{};+\n]|=>|\breturn)\s*$/;

/** Returns the kind and end of the token that starts at `at`, or null if none starts there. */
function tokenAt(source: string, at: number, isCss: boolean): { kind: Token; end: number } | null {
  const first = source[at] ?? "";
  const two = source.slice(at, at + 2);
  if (two === "/*") return { kind: "comment", end: endAfter(source, "*/", at + 2) };
  if (isCss) return null;
  // A slash pair after a colon is the address in a text of JSX.
  if (two === "//" && source[at - 1] !== ":") return { kind: "comment", end: lineEnd(source, at) };
  if (first === '"' || first === "'") return quotedAt(source, at, first);
  if (first === "`") return { kind: "text", end: templateEnd(source, at + 1) };
  if (first === "/" && beforeRegex.test(source.slice(Math.max(0, at - 20), at))) return regexAt(source, at);
  return null;
}

const endAfter = (source: string, mark: string, from: number): number => {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
};

const lineEnd = (source: string, at: number): number => {
  const found = source.indexOf("\n", at);
  return found < 0 ? source.length : found;
};

/** Returns a string on one line. An apostrophe in a text of JSX has no second one in its line. */
function quotedAt(source: string, at: number, quote: string): { kind: Token; end: number } | null {
  const end = lineEnd(source, at);
  for (let i = at + 1; i < end; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === quote) return { kind: "text", end: i + 1 };
  }
  return null;
}

/** Returns the end of a template, with the templates and braces inside its substitutions. */
function templateEnd(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "`") return i + 1;
    else if (source[i] === "$" && source[i + 1] === "{") i = substitutionEnd(source, i + 2);
  }
  return source.length;
}

function substitutionEnd(source: string, from: number): number {
  let depth = 1;
  for (let i = from; i < source.length; i++) {
    if (source[i] === "`") i = templateEnd(source, i + 1) - 1;
    else if (source[i] === "{") depth++;
    else if (source[i] === "}" && --depth === 0) return i;
  }
  return source.length;
}

function regexAt(source: string, at: number): { kind: Token; end: number } | null {
  const end = lineEnd(source, at);
  let isInClass = false;
  for (let i = at + 1; i < end; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "[") isInClass = true;
    else if (source[i] === "]") isInClass = false;
    else if (source[i] === "/" && !isInClass) return { kind: "text", end: i + 1 };
  }
  return null;
}

export function partsOf(source: string, isCss = false): SourceParts {
  const comments: SourceComment[] = [];
  let code = "";
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at, isCss);
    if (token === null) {
      code += source[at++];
      continue;
    }
    if (token.kind === "comment") comments.push(commentAt(source, at, token.end));
    code += blank(source.slice(at, token.end));
    at = token.end;
  }
  return { code, comments };
}

function commentAt(source: string, at: number, end: number): SourceComment {
  const lines = source.slice(source.lastIndexOf("\n", at - 1) + 1, end).split("\n");
  return {
    text: source.slice(at, end),
    line: source.slice(0, at).split("\n").length,
    columns: Math.max(...lines.map((line) => line.length)),
  };
}

/**
 * Returns the contents of the string literals in a piece of code; of templates without their
 * substitutions.
 */
export function stringsIn(code: string): string[] {
  const strings: string[] = [];
  for (let at = 0; at < code.length; ) {
    const token = tokenAt(code, at, false);
    if (token === null) {
      at++;
      continue;
    }
    const literal = code.slice(at, token.end);
    if (token.kind === "text" && !literal.startsWith("/")) strings.push(withoutSubstitutions(literal));
    at = token.end;
  }
  return strings;
}

function withoutSubstitutions(literal: string): string {
  if (!literal.startsWith("`")) return literal.slice(1, -1);
  let text = "";
  for (let i = 1; i < literal.length - 1; i++) {
    if (literal[i] === "$" && literal[i + 1] === "{") i = substitutionEnd(literal, i + 2);
    else text += literal[i];
  }
  return text;
}
