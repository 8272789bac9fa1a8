// What is on the screen: reading it, adding to it, and the number on the app's icon.

import { bestLocale } from "../../text/language";
import { change, kept } from "../notifications/kept";
import type { Composed } from "./compose";
import { scope } from "./scope";
import { type Shown, shownIn } from "./shown";
import { readTally, type Tally, totalOf } from "./tally";
import { views } from "./windows";

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

/** A window that somebody sees knows better, and sets the number itself. */
export async function count(to: (tally: Tally) => Tally): Promise<void> {
  const stored = await change("tally", (before) => JSON.stringify(to(readTally(before))));
  if (!("setAppBadge" in navigator) || (await views()).some(({ isVisible }) => isVisible)) return;
  const unread = totalOf(readTally(stored));
  // Refused where the app is not installed.
  await (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
}
