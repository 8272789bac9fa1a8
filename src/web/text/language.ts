// Which words the page speaks: the person's choice, else the browser's first language that Parley has.
import { usePreferences } from "../app/preferences";
import { type Dictionary, en } from "./en";
import { ko } from "./ko";

export type Language = "en" | "ko";

const dictionaries: Record<Language, Dictionary> = { en, ko };

/** The first of `wanted` that Parley speaks, as a full tag ("en-GB"), so that dates follow the region too. */
export function bestLocale(wanted: readonly string[]): string {
  return wanted.find((tag) => /^(en|ko)\b/i.test(tag)) ?? "en";
}

export const languageOf = (locale: string): Language => (/^ko\b/i.test(locale) ? "ko" : "en");

export function useLocale(): string {
  const choice = usePreferences((preferences) => preferences.language);
  const system = bestLocale(navigator.languages);
  if (choice === "system" || choice === languageOf(system)) return system;
  return choice;
}

export function useText(): Dictionary {
  return dictionaries[languageOf(useLocale())];
}

/** Words that come with a part of the page which is loaded when it is asked for. */
export const useWords = <T>(words: Record<Language, T>): T => words[languageOf(useLocale())];
