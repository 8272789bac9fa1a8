// The languages of the interface, and which of them a person reads. Korean sentences avoid
// particles after names and counts: the right particle depends on the last letter.

export type Language = "en" | "ko";

/** The same phrases in another language: every key, with the same parameters. */
export type Translation<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Translation<T[K]>;
};

/**
 * Returns the first of the `wanted` language tags that has a translation, "en" if none has. The
 * whole tag ("en-GB") is returned, so that dates follow the region.
 */
export function bestLocale(wanted: readonly string[]): string {
  return wanted.find((tag) => /^(en|ko)\b/i.test(tag)) ?? "en";
}

export const languageOf = (locale: string): Language => (/^ko\b/i.test(locale) ? "ko" : "en");
