// The language of the page: the person's choice, else the first of the browser's languages that has
// a translation.
import { type Dictionary, dictionaries } from "../../text/dictionary";
import { bestLocale, type Language, languageOf } from "../../text/language";
import { usePreferences } from "./preferences";

export function useLocale(): string {
  const choice = usePreferences((preferences) => preferences.language);
  const system = bestLocale(navigator.languages);
  if (choice === "system" || choice === languageOf(system)) return system;
  return choice;
}

export function useText(): Dictionary {
  return dictionaries[languageOf(useLocale())];
}

/**
 * Returns the texts of a part of the page that is loaded on demand: see `src/text/dictionary.ts`.
 */
export const useWords = <T>(words: Record<Language, T>): T => words[languageOf(useLocale())];
