import { signInEn } from "../text/sign-in-en";
import { signInKo } from "../text/sign-in-ko";

/** They come with the sign-in page and with forms that ask the same. */
export const signInWords = { en: signInEn, ko: signInKo };
