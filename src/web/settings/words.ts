import { accountEn } from "../text/account-en";
import { accountKo } from "../text/account-ko";
import { settingsEn } from "../text/settings-en";
import { settingsKo } from "../text/settings-ko";

/** They come with the settings, not with the page. */
export const settingsWords = { en: settingsEn, ko: settingsKo };
export const accountWords = { en: accountEn, ko: accountKo };
