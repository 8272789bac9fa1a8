// The notifications on the screen, and the number on the app's icon.
import { bestLocale } from "../../text/language";
import { changeShared, readShared, sharedTexts } from "../notifications/shared-storage";
import { type BadgeCounts, readBadgeCounts, totalOf } from "./badge-counts";
import type { ComposedNotification } from "./composed-notification";
import { scope } from "./scope";
import { type ShownNotification, shownIn } from "./shown-notification";
import { views } from "./windows";

/** Returns the page's language, or the browser's until the page has stored it. */
export const locale = async (): Promise<string> =>
  (await readShared(sharedTexts.locale)) ?? bestLocale(navigator.languages);

export const onScreen = (tag?: string): Promise<Notification[]> =>
  scope.registration.getNotifications(tag === undefined ? {} : { tag });

export async function shownNotifications(): Promise<ShownNotification[]> {
  return (await onScreen()).flatMap((notification) => shownIn(notification) ?? []);
}

export async function display({ title, options }: ComposedNotification): Promise<void> {
  await scope.registration.showNotification(title, options);
}

/** Changes the stored counts and the icon. A visible page sets the icon itself. */
export async function updateBadge(to: (counts: BadgeCounts) => BadgeCounts): Promise<void> {
  const stored = await changeShared(sharedTexts.badgeCounts, (before) => JSON.stringify(to(readBadgeCounts(before))));
  if (!("setAppBadge" in navigator) || (await views()).some(({ isVisible }) => isVisible)) return;
  const unread = totalOf(readBadgeCounts(stored));
  // Rejects if the app is not installed.
  await (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}
