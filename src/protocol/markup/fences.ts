// Where fenced code begins and ends. A fence may share its line with text: people type code right
// behind the opening fence, the closing fence directly behind the code, and a particle behind that.
import { characterAt, isAttached, isEdge } from "./characters";

/** A fence that opens code, in a line of its own or at the end of a text. */
export interface Opening {
  character: string;
  length: number;
  /** The end of the text before it in its line, in UTF-16 units of the line. */
  textTo: number;
  language: string;
  /** The position of code behind it in its line; null if the code begins in the next line. */
  codeFrom: number | null;
}

/** A fence that closes code, by its position in its line. */
export interface Closing {
  length: number;
  from: number;
  to: number;
}

const opening = /^(`{3,}|~{3,})([^`\n]*)$/;
/** With text before it, which holds no other fence. */
const openingBehindText = /^([^`]*(?:`{1,2}(?!`)[^`]+)*)(`{3,})([^`]*)$/;
const language = /^[\w+#.-]{1,30}$/;
const runs = /`{3,}/g;

/** Returns the fence that opens code in a line; null if none does. */
export function openingIn(line: string): Opening | null {
  const [, marks, behind = ""] = opening.exec(line) ?? [];
  if (marks !== undefined) {
    const info = behind.trim();
    const isLanguage = info === "" || language.test(info);
    // What is no name of a language is the first line of the code.
    if (!isLanguage && marks.startsWith("~")) return null;
    return {
      character: marks.charAt(0),
      length: marks.length,
      textTo: 0,
      language: isLanguage ? info : "",
      codeFrom: isLanguage ? null : line.length - behind.length,
    };
  }
  const [, text, ticks, end = ""] = openingBehindText.exec(line) ?? [];
  if (text === undefined || ticks === undefined || text.endsWith("\\")) return null;
  const name = end.trim();
  if (name !== "" && !language.test(name)) return null;
  return { character: "`", length: ticks.length, textTo: text.trimEnd().length, language: name, codeFrom: null };
}

/** Returns the fence of a character that closes code in a line; null if none does. */
export function closingIn(line: string, character: string): Closing | null {
  return character === "`" ? closingTicks(line) : closingTildes(line);
}

function closingTildes(line: string): Closing | null {
  const length = line.trimEnd().length;
  if (length < 3) return null;
  for (let at = 0; at < length; at++) if (line.charAt(at) !== "~") return null;
  return { length, from: 0, to: length };
}

/** An even number of fences in a line encloses code in that line. */
function closingTicks(line: string): Closing | null {
  if (!line.includes("```")) return null;
  const found = [...line.matchAll(runs)];
  const last = found.at(-1);
  if (!last || found.length % 2 === 0) return null;
  const from = last.index;
  const to = from + last[0].length;
  const closes = line.slice(to).trim() === "" || (found.length === 1 && mayBeBehind(line, from, to));
  return closes ? { length: to - from, from, to } : null;
}

/** Whether text behind a fence leaves it a closing one: "``` 뒤에", "```를", but not "```js". */
function mayBeBehind(line: string, from: number, to: number): boolean {
  const next = characterAt(line, to);
  if (isEdge(next)) return line.slice(0, from).trim() !== "" || !language.test(line.slice(to).trim());
  return isAttached(next) || ".,;:!?)".includes(next);
}
