import { countCodePoints, isStorable, isVisible, limits } from "../../protocol";

/** The most characters left for which their number is shown. */
const NEAR = 2_000;

/**
 * Returns the characters left until the limit; negative beyond it, null while the limit is far
 * away.
 */
export function charactersLeft(text: string): number | null {
  if (text.length <= limits.messageCodePoints - NEAR) return null;
  const left = limits.messageCodePoints - countCodePoints(text);
  return left <= NEAR ? left : null;
}

/**
 * Returns the text to send: without blank lines around it, with the indentation of the first line.
 */
export const trimMessage = (typed: string): string => typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();

/** Returns whether the server accepts a trimmed text. An empty one is not sent at all. */
export const isSendable = (text: string): boolean => isStorable(text) && (text === "" || isVisible(text));
