// What a person chose about the page itself. Kept on this device; `public/theme.js` reads the same entry before the first paint.
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "system" | "light" | "dark";
export type LanguageChoice = "system" | "en" | "ko";

interface Preferences {
  theme: Theme;
  language: LanguageChoice;
  setTheme(theme: Theme): void;
  setLanguage(language: LanguageChoice): void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: "system",
      language: "system",
      setTheme: (theme) => set({ theme }),
      setLanguage: (language) => set({ language }),
    }),
    { name: "parley.preferences" },
  ),
);
