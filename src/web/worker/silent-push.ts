// What to do when a push shows nothing new. WebKit requires a notification all the same, so this
// shows one without a sound.
import type { ComposedNotification } from "./composed-notification";
import { display, onScreen } from "./screen";
import { isWebKit } from "./webkit";

const ATTEMPTS = 10;
const STEP_MS = 50;

/** Returns the same notification once more. */
const repeated = ({ title, body, tag, lang, dir, icon, data }: Notification): ComposedNotification => ({
  title,
  options: { body, tag, lang, dir, icon, data },
});

/** Returns the notification without a sound. */
export const silenced = ({ title, options }: ComposedNotification): ComposedNotification => ({
  title,
  options: { ...options, silent: true, renotify: false },
});

/** Shows `remaining` once more. If there is none, shows `instead` and closes it immediately. */
export async function endSilentPush(remaining: Notification | undefined, instead: ComposedNotification): Promise<void> {
  if (!isWebKit(navigator.userAgent)) return;
  if (remaining) return display(silenced(repeated(remaining)));
  await display(silenced(instead));
  await closeShown(instead.options.tag);
}

/** Closes a notification, which may appear on the screen a moment after it was shown. */
async function closeShown(tag: string | undefined): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shown = await onScreen(tag);
    for (const notification of shown) notification.close();
    if (shown.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
