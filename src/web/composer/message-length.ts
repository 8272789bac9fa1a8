import { countCodePoints, isStorable, limits } from "../../protocol";

/** The number of characters left is shown from here on. */
const NEAR = 2_000;

/** Characters left until the limit, negative beyond it. Null while the limit is far away. */
export function charactersLeft(text: string): number | null {
  if (text.length <= limits.messageCodePoints - NEAR) return null;
  const left = limits.messageCodePoints - countCodePoints(text);
  return left <= NEAR ? left : null;
}

/** The text to send: without blank lines around it, with the indentation of the first line. */
export const trimMessage = (typed: string): string => typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();

export const isSendable = isStorable;
