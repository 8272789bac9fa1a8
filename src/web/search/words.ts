import { searchEn } from "../text/search-en";
import { searchKo } from "../text/search-ko";

/** They come with the results, not with the page. */
export const searchWords = { en: searchEn, ko: searchKo };
