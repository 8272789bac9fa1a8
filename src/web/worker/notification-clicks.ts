// Clicks on notifications and their actions. If an action fails, another notification says so.
import { routes } from "../app/routes";
import { changeShared, sharedTexts } from "../notifications/shared-storage";
import { withRead } from "./badge-counts";
import {
  type ComposedNotification,
  composeNotRead,
  composeNotSent,
  composeOtherAccount,
} from "./composed-notification";
import { replyKey, request, signedIn } from "./requests";
import { ringIn } from "./ring-note";
import { handleRingClick } from "./ring-notifications";
import type { NotificationEvent } from "./scope";
import { display, locale, updateBadge } from "./screen";
import { type ShownNotification, shownIn } from "./shown-notification";
import { readUnsentReplies, type UnsentReply, unsentIn } from "./unsent-reply";
import { goTo } from "./windows";

const channelPath = (id: string): string => `/v1/channels/${encodeURIComponent(id)}`;

async function reply(shown: ShownNotification, text: string): Promise<void> {
  const { channel, thread, epochNumber, through } = shown;
  const body = { text, ...(thread !== null && { thread }) };
  await request("POST", `${channelPath(channel)}/messages`, body, await replyKey(shown, text));
  // Replying marks everything before it as read.
  if (thread === null) await updateBadge((counts) => withRead(counts, channel, { through, epochNumber }));
}

async function markRead({ channel, epochNumber, seq, through }: ShownNotification): Promise<void> {
  await request("PUT", `${channelPath(channel)}/read`, { seq: through, seen: [seq] });
  await updateBadge((counts) => withRead(counts, channel, { through, epochNumber }));
}

/** Returns the notification that reports a failure; null if the action succeeded. */
async function perform(shown: ShownNotification, replyText: string | null): Promise<ComposedNotification | null> {
  const language = await locale();
  try {
    if ((await signedIn()).user !== shown.user) return composeOtherAccount(replyText ?? "", language);
    await (replyText === null ? markRead(shown) : reply(shown, replyText));
    return null;
  } catch (error) {
    console.warn(error);
    return replyText === null ? composeNotRead(shown, language) : composeNotSent(shown, replyText, language);
  }
}

async function performOrReport(
  notification: Notification,
  shown: ShownNotification,
  replyText: string | null,
): Promise<void> {
  const failure = await perform(shown, replyText);
  // A notification with the same tag replaces this one, so this one need not be closed.
  if (failure?.options.tag !== notification.tag) notification.close();
  if (failure) await display(failure);
}

/** Stores the reply for the page, which adds it to the draft. */
const storeForPage = (unsent: UnsentReply): Promise<string> =>
  changeShared(sharedTexts.unsentReplies, (before) => JSON.stringify([...readUnsentReplies(before), unsent]));

export async function handleClick({ action, notification, reply: typed }: NotificationEvent): Promise<void> {
  const ring = ringIn(notification);
  if (ring) return handleRingClick(ring, action, notification);
  const shown = shownIn(notification);
  const replyText = typed?.trim() ?? "";
  if (shown && action === "read") return performOrReport(notification, shown, null);
  if (shown && action === "reply" && replyText !== "") return performOrReport(notification, shown, replyText);
  const unsent = unsentIn(notification);
  if (unsent) await storeForPage(unsent);
  notification.close();
  const target = shown ?? unsent;
  await goTo(
    target ? routes.message(target.channel, target.seq, target.thread) : routes.settings,
    action === "reply" || unsent !== null,
  );
}
