import { notificationsEn } from "../text/notifications-en";
import { notificationsKo } from "../text/notifications-ko";

/** They come with what is said about notifications, not with the page. */
export const notificationsWords = { en: notificationsEn, ko: notificationsKo };
