// The terms of a query by the earlier rules. The archive holds a message by the rules of the time
// at which it was archived, until `npm run archive -- rebuild`. The earlier rules took `_` for a
// letter, `#` and commas for gaps, the letters of a flag for terms, and a keycap for its digit.
import { cut } from "./search-terms";

/** A letter that no folding changes and that no living language uses. It stands for `_`. */
const letter = "\ua7ff";

/** Returns the terms of the words of a query, as they were split before. */
export function earlierTermsOf(words: string): string[] {
  const separated = words
    .replace(/\ufe0f?\u20e3|[\u{e0020}-\u{e007f}]/gu, "")
    .replace(/[#＃﹟,，]/gu, " ")
    .replace(/\p{RI}/gu, "$& ")
    .replace(/[_＿]/gu, letter);
  return cut(separated).map(({ text }) => text.replaceAll(letter, "_"));
}
