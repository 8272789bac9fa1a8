// What to do when a push shows nothing new. WebKit requires a notification all the same, so this
// shows one without a sound.
import type { ComposedNotification } from "./composed-notification";
import { onScreen, put } from "./screen";
import { isWebKit } from "./webkit";

const LOOKS = 10;
const STEP_MS = 50;

/** The same notification once more. */
const again = ({ title, body, tag, lang, dir, icon, data }: Notification): ComposedNotification => ({
  title,
  options: { body, tag, lang, dir, icon, data },
});

const silently = ({ title, options }: ComposedNotification): ComposedNotification => ({
  title,
  options: { ...options, silent: true, renotify: false },
});

/** Shows `stays` once more. If there is none, shows `instead` and closes it immediately. */
export async function endSilentPush(stays: Notification | undefined, instead: ComposedNotification): Promise<void> {
  if (!isWebKit(navigator.userAgent)) return;
  if (stays) return put(silently(again(stays)));
  await put(silently(instead));
  await closeShown(instead.options.tag);
}

/** A notification may appear on the screen a moment after it was shown. */
async function closeShown(tag: string | undefined): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const there = await onScreen(tag);
    for (const notification of there) notification.close();
    if (there.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
