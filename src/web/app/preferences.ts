// What a person chose for the page on this device. `public/theme.js` reads the same storage entry
// before the first paint.
import { create } from "zustand";
import { persist } from "zustand/middleware";

export type Theme = "system" | "light" | "dark";
export type LanguageChoice = "system" | "en" | "ko";

interface Preferences {
  theme: Theme;
  language: LanguageChoice;
  /** Whether messages in other chats make a sound. */
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

// Another tab changed a preference.
addEventListener("storage", ({ key }) => {
  if (key === NAME) void usePreferences.persist.rehydrate();
});
