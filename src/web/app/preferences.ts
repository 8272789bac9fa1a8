// What a person chose about the page itself. Kept on this device; `public/theme.js` reads the same entry before the first paint.
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "system" | "light" | "dark";
export type LanguageChoice = "system" | "en" | "ko";

interface Preferences {
  theme: Theme;
  language: LanguageChoice;
  /** Whether messages for other chats are heard. */
  sound: boolean;
  setTheme(theme: Theme): void;
  setLanguage(language: LanguageChoice): void;
  setSound(sound: boolean): void;
}

const NAME = "parley.preferences";

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      theme: "system",
      language: "system",
      sound: true,
      setTheme: (theme) => set({ theme }),
      setLanguage: (language) => set({ language }),
      setSound: (sound) => set({ sound }),
    }),
    { name: NAME },
  ),
);

// Chosen in another tab.
addEventListener("storage", ({ key }) => {
  if (key === NAME) void usePreferences.persist.rehydrate();
});
