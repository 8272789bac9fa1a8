// Which words the page speaks: the person's choice, else the browser's first language that Parley has.
import { usePreferences } from "../app/preferences";
import { type Dictionary, en } from "./en";
import { ko } from "./ko";
import { bestLocale, type Language, languageOf } from "./languages";

export { bestLocale, languageOf };

const dictionaries: Record<Language, Dictionary> = { en, ko };

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
