// What somebody does with a notification. Nothing they asked for is lost in silence: what could not be done is said.
import { routes } from "../app/places";
import { composeFailure } from "./compose";
import { replyKey } from "./reply-key";
import { request } from "./requests";
import type { NotificationEvent } from "./scope";
import { count, locale, put } from "./screen";
import { type Shown, shownIn } from "./shown";
import { goTo } from "./windows";

const channelPath = (id: string): string => `/v1/channels/${encodeURIComponent(id)}`;

async function reply(shown: Shown, text: string): Promise<void> {
  const { channel, thread } = shown;
  const said = { text, ...(thread !== null && { thread }) };
  await request("POST", `${channelPath(channel)}/messages`, said, await replyKey(shown, text));
}

const markRead = ({ channel, through: seq }: Shown): Promise<unknown> =>
  request("PUT", `${channelPath(channel)}/read`, { seq });

async function orSay(
  work: Promise<unknown>,
  notification: Notification,
  shown: Shown,
  failed: { said: string } | "read",
) {
  try {
    await work;
    notification.close();
  } catch (error) {
    console.warn(error);
    await put(composeFailure(shown, failed, await locale()));
  }
  await count();
}

export async function clicked({ action, notification, reply: typed }: NotificationEvent): Promise<void> {
  const shown = shownIn(notification);
  const said = typed?.trim() ?? "";
  if (shown && action === "read") return orSay(markRead(shown), notification, shown, "read");
  if (shown && action === "reply" && said !== "") return orSay(reply(shown, said), notification, shown, { said });
  notification.close();
  await goTo(shown ? routes.message(shown.channel, shown.seq, shown.thread) : routes.settings, action === "reply");
  await count();
}
