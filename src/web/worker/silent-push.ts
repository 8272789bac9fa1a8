// The end of a push that tells nothing new. WebKit wants something shown for it all the same: it makes no sound.
import type { ComposedNotification } from "./composed-notification";
import { onScreen, put } from "./screen";
import { isWebKit } from "./webkit";

const LOOKS = 10;
const STEP_MS = 50;

/** What is on the screen, once more. */
const again = ({ title, body, tag, lang, dir, icon, data }: Notification): ComposedNotification => ({
  title,
  options: { body, tag, lang, dir, icon, data },
});

const silently = ({ title, options }: ComposedNotification): ComposedNotification => ({
  title,
  options: { ...options, silent: true, renotify: false },
});

/** Shows once more what is there to stay; where nothing is, `instead` comes and goes at once. */
export async function endSilentPush(stays: Notification | undefined, instead: ComposedNotification): Promise<void> {
  if (!isWebKit(navigator.userAgent)) return;
  if (stays) return put(silently(again(stays)));
  await put(silently(instead));
  await closeShown(instead.options.tag);
}

/** What was shown just now may be on the screen a moment later. */
async function closeShown(tag: string | undefined): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const there = await onScreen(tag);
    for (const notification of there) notification.close();
    if (there.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
