import { managingEn } from "../text/managing-en";
import { managingKo } from "../text/managing-ko";
import { muteEn } from "../text/mute-en";
import { muteKo } from "../text/mute-ko";

/** They come with the details, not with the page. */
export const managingWords = { en: managingEn, ko: managingKo };
export const muteWords = { en: muteEn, ko: muteKo };
