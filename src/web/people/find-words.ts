import { findEn } from "../text/find-en";
import { findKo } from "../text/find-ko";

/** They come with what finds people, not with the page. */
export const findWords = { en: findEn, ko: findKo };
