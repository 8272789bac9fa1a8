import { managingEn } from "../text/managing-en";
import { managingKo } from "../text/managing-ko";

/** They come with the details, not with the page. */
export const managingWords = { en: managingEn, ko: managingKo };
