// What is on the screen: reading it, adding to it, and the number on the app's icon, which is the sum of it.
import { kept } from "../notifications/kept";
import { bestLocale } from "../text/languages";
import type { Composed } from "./compose";
import { scope } from "./scope";
import { type Shown, shownIn, unreadIn } from "./shown";

/** The language the page speaks, once it has said so. */
export const locale = async (): Promise<string> => (await kept("locale")) ?? bestLocale(navigator.languages);

export const onScreen = (tag?: string): Promise<Notification[]> =>
  scope.registration.getNotifications(tag === undefined ? {} : { tag });

export async function shown(): Promise<Shown[]> {
  return (await onScreen()).flatMap((notification) => shownIn(notification) ?? []);
}

export async function put({ title, options }: Composed): Promise<void> {
  await scope.registration.showNotification(title, options);
}

export async function count(): Promise<void> {
  if (!("setAppBadge" in navigator)) return;
  const unread = unreadIn(await shown());
  // Refused where the app is not installed.
  await (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}
