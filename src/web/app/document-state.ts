// The parts of the document outside React's root: title, language, theme.
import { useEffect } from "react";
import { cappedCount } from "../../text/count";
import { languageOf } from "../../text/language";
import { usePreferences } from "./preferences";
import { useLocale } from "./use-text";

export function useDocumentTitle(unread: number, name: string | null): void {
  useEffect(() => {
    const count = unread > 0 ? `(${cappedCount(unread)}) ` : "";
    document.title = count + (name ? `${name} · Parley` : "Parley");
  }, [unread, name]);
}

export function useDocumentLanguage(): void {
  const locale = useLocale();
  useEffect(() => {
    document.documentElement.lang = languageOf(locale);
  }, [locale]);
}

export function useDocumentTheme(): void {
  const theme = usePreferences((preferences) => preferences.theme);
  useEffect(() => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
      const own = meta.dataset.scheme === "dark" ? "dark" : "light";
      meta.media = theme === "system" ? `(prefers-color-scheme: ${own})` : theme === own ? "all" : "not all";
    }
  }, [theme]);
}
