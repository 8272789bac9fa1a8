// Clicks on notifications and their actions. If an action fails, another notification says so.
import { routes } from "../app/routes";
import { change } from "../notifications/shared-storage";
import { withRead } from "./badge-counts";
import {
  type ComposedNotification,
  composeNotRead,
  composeNotSent,
  composeOtherAccount,
} from "./composed-notification";
import { replyKey, request, signedIn } from "./requests";
import type { NotificationEvent } from "./scope";
import { count, locale, put } from "./screen";
import { type ShownNotification, shownIn } from "./shown-notification";
import { readUnsentReplies, type UnsentReply, unsentIn } from "./unsent-reply";
import { goTo } from "./windows";

const channelPath = (id: string): string => `/v1/channels/${encodeURIComponent(id)}`;

async function reply(shown: ShownNotification, text: string): Promise<void> {
  const { channel, thread, life, through } = shown;
  const said = { text, ...(thread !== null && { thread }) };
  await request("POST", `${channelPath(channel)}/messages`, said, await replyKey(shown, text));
  // Replying marks everything before it as read.
  if (thread === null) await count((tally) => withRead(tally, channel, { through, life }));
}

async function markRead({ channel, life, through }: ShownNotification): Promise<void> {
  await request("PUT", `${channelPath(channel)}/read`, { seq: through });
  await count((tally) => withRead(tally, channel, { through, life }));
}

/** The notification that reports a failure; null if the action succeeded. */
async function done(shown: ShownNotification, said: string | null): Promise<ComposedNotification | null> {
  const language = await locale();
  try {
    if ((await signedIn()).user !== shown.user) return composeOtherAccount(said ?? "", language);
    await (said === null ? markRead(shown) : reply(shown, said));
    return null;
  } catch (error) {
    console.warn(error);
    return said === null ? composeNotRead(shown, language) : composeNotSent(shown, said, language);
  }
}

async function orSay(notification: Notification, shown: ShownNotification, said: string | null): Promise<void> {
  const failure = await done(shown, said);
  // A notification with the same tag replaces this one, so this one need not be closed.
  if (failure?.options.tag !== notification.tag) notification.close();
  if (failure) await put(failure);
}

/** Stores the reply for the page, which adds it to the draft. */
const handOver = (unsent: UnsentReply): Promise<string> =>
  change("unsent", (before) => JSON.stringify([...readUnsentReplies(before), unsent]));

export async function clicked({ action, notification, reply: typed }: NotificationEvent): Promise<void> {
  const shown = shownIn(notification);
  const said = typed?.trim() ?? "";
  if (shown && action === "read") return orSay(notification, shown, null);
  if (shown && action === "reply" && said !== "") return orSay(notification, shown, said);
  const unsent = unsentIn(notification);
  if (unsent) await handOver(unsent);
  notification.close();
  const to = shown ?? unsent;
  await goTo(
    to ? routes.message(to.channel, to.seq, to.thread) : routes.settings,
    action === "reply" || unsent !== null,
  );
}
