import { Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import { settingsText } from "../../text/settings";
import { type LanguageChoice, type Theme, usePreferences } from "../app/preferences";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";

const isLanguage = (value: string): value is LanguageChoice => ["system", "en", "ko"].includes(value);

export function Appearance() {
  const words = useWords(settingsText);
  const { theme, setTheme, language, setLanguage } = usePreferences();
  const id = useId();
  const themes: { value: Theme; label: string; icon: typeof Sun }[] = [
    { value: "system", label: words.themeSystem, icon: Monitor },
    { value: "light", label: words.themeLight, icon: Sun },
    { value: "dark", label: words.themeDark, icon: Moon },
  ];
  return (
    <Section title={words.appearance}>
      <fieldset className="segments">
        <legend>{words.theme}</legend>
        {themes.map(({ value, label, icon: Icon }) => (
          <label key={value} className="segment">
            <input
              type="radio"
              name={`${id}-theme`}
              value={value}
              checked={theme === value}
              onChange={() => setTheme(value)}
            />
            <Icon aria-hidden />
            {label}
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor={`${id}-language`}>{words.language}</label>
        <div className="field-box">
          <select
            id={`${id}-language`}
            value={language}
            onChange={({ target }) => isLanguage(target.value) && setLanguage(target.value)}
          >
            <option value="system">{words.languageSystem}</option>
            <option value="en" lang="en">
              English
            </option>
            <option value="ko" lang="ko">
              한국어
            </option>
          </select>
        </div>
      </div>
    </Section>
  );
}
