// The depth of a JSON text. Code that walks a value by recursion (a schema, a structured clone, the
// writer of JSON) fails on a value that is nested deeply enough, so such a text is refused first.
import { limits } from "./limits";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

// Comparisons, because every frame is read and a lookup in a set costs more than the rest.
const isOpening = (unit: number): boolean => unit === 0x5b || unit === 0x7b;
const isClosing = (unit: number): boolean => unit === 0x5d || unit === 0x7d;

/** What a refusal of a deeply nested text says. */
export const NESTED_TOO_DEEPLY = `must be nested at most ${limits.jsonDepth} deep`;

/**
 * Returns whether arrays and objects are nested more than `limits.jsonDepth` deep. Brackets inside
 * of strings do not count. The text need not be valid JSON.
 */
export function isNestedTooDeeply(json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(json, at);
    else if (isOpening(unit) && ++depth > limits.jsonDepth) return true;
    else if (isClosing(unit)) depth--;
  }
  return false;
}

/** Returns the place of the quote that ends the string, or the end of the text. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
