// The languages Parley speaks, and which of them somebody is spoken to in.

export type Language = "en" | "ko";

/** The first of `wanted` that Parley speaks, as a full tag ("en-GB"), so that dates follow the region too. */
export function bestLocale(wanted: readonly string[]): string {
  return wanted.find((tag) => /^(en|ko)\b/i.test(tag)) ?? "en";
}

export const languageOf = (locale: string): Language => (/^ko\b/i.test(locale) ? "ko" : "en");
