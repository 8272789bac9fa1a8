// The name of a person inside other text.
import type { Profile } from "../protocol";
// Not from the index: the service worker uses this file, and it must stay small.
import { isVisible } from "../protocol/visible-text";

const directionChanges = /[\u202a-\u202e\u2066-\u2069]/gu;
/** Characters of scripts that run from right to left, and marks of that direction. */
const rightToLeft = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Returns a name that turns no text around it: a name with letters that run from right to left is
 * put between Unicode's isolates.
 */
export function isolated(name: string): string {
  const plain = name.replace(directionChanges, "");
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/**
 * Returns the name that others see. With `isAlike` it ends with the handle, because another person
 * has a name that looks the same. An older account may have a name that shows nothing: it is shown
 * as its handle.
 */
export function personName({ name, handle }: Pick<Profile, "name" | "handle">, isAlike: boolean): string {
  if (!isVisible(name)) return `@${handle}`;
  return isAlike ? `${isolated(name)} (@${handle})` : isolated(name);
}
