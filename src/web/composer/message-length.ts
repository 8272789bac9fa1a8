import { countCodePoints, isStorable, limits } from "../../protocol";

/** Characters left are shown from here on. */
const NEAR = 2_000;

/** How far from the limit, or null while that is of no interest. Negative beyond it. */
export function charactersLeft(text: string): number | null {
  if (text.length <= limits.messageCodePoints - NEAR) return null;
  const left = limits.messageCodePoints - countCodePoints(text);
  return left <= NEAR ? left : null;
}

/** What is sent of what was typed: no blank lines around it; indentation of the first line stays. */
export const tidy = (typed: string): string => typed.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();

export const isSendable = isStorable;
