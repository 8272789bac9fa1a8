import { adminEn } from "../text/admin-en";
import { adminKo } from "../text/admin-ko";

export const adminWords = { en: adminEn, ko: adminKo };
