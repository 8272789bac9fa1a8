// The avatar of a person: always the same letter on the same tone.
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Returns the first grapheme that shows something, also if it has several code points. */
export function initialOf(name: string): string {
  const first =
    segmenter
      .segment(name.replace(/^[\s\p{Cf}]+/u, ""))
      [Symbol.iterator]()
      .next().value?.segment ?? "?";
  return first.toLocaleUpperCase();
}
