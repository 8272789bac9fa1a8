// What this browser keeps of an account: unsent messages in IndexedDB, copies of drafts, texts for
// notifications, and the push subscription. A session that ends elsewhere leaves them, so that its
// person loses nothing by signing in again. They go when the person signs out here. They also go
// when another account signs in here, so that nobody finds the messages of somebody else.
import { forgetDrafts, forgetDraftsOfOthers } from "./composer/drafts";
import { forgetUnsent } from "./outbox-storage";

/** Loaded when it is needed: a page begins with less code. */
const subscription = () => import("./notifications/subscription");

/** Removes everything of an account that signed out or was deleted. */
export async function forgetAccount(account: string): Promise<void> {
  forgetDrafts(account);
  await Promise.allSettled([
    forgetUnsent((author) => author === account),
    subscription().then((part) => part.forgetNotifications()),
  ]);
}

/** Removes everything of the accounts that used this browser before `account`. */
export async function forgetOtherAccounts(account: string): Promise<void> {
  forgetDraftsOfOthers(account);
  await Promise.allSettled([
    forgetUnsent((author) => author !== account),
    subscription().then((part) => part.forgetNotificationsOfOthers(account)),
  ]);
}
