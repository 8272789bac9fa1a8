// Alerts while the page is open: a sound, and the chat to show.
import { useEffect, useRef } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client, useStore } from "../app/client";
import { isPageFocused } from "../app/page-focus";
import { usePreferences } from "../app/preferences";
import { serverNow } from "../app/use-moment";
import { alertIn, isNewPreview, mayAlert } from "./in-app-alert";
import { awaitTouch, chime } from "./notification-sound";
import { permission } from "./permission";

/**
 * How long a new connection catches up. Messages that arrive in this time do not alert: other
 * devices were notified.
 */
const CATCHES_UP_MS = 3_000;
/** After this time a read mark of another tab or device has arrived. */
const READ_ELSEWHERE_MS = 1_000;

export interface InAppAlert {
  channel: string;
  /** Whether the chat list shows the new message. Otherwise only the count changed. */
  isShown: boolean;
}

/** Returns whether the system shows notifications of this page. */
async function hasSystemNotifications(): Promise<boolean> {
  if (permission() !== "allowed") return false;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) != null;
}

/** Returns the time from which messages alert. Epoch milliseconds. */
function useCaughtUpTime(): { current: number } {
  const { state } = useStore(client.connection);
  const from = useRef(Date.now() + CATCHES_UP_MS);
  useEffect(() => {
    if (state === "online") from.current = Date.now() + CATCHES_UP_MS;
  }, [state]);
  return from;
}

/**
 * Calls `tell` for chats with new messages that the person does not look at, and plays the sound.
 * `current` is the open chat.
 */
export function useInAppAlerts(
  me: Me,
  inbox: readonly InboxEntry[],
  current: string | null,
  onAlert: (alert: InAppAlert) => void,
): void {
  const hasSound = usePreferences((preferences) => preferences.sound);
  const caughtUp = useCaughtUpTime();
  const before = useRef(inbox);
  const latest = useRef({ me, inbox, current, hasSound, onAlert });
  latest.current = { me, inbox, current, hasSound, onAlert };
  useEffect(awaitTouch, []);

  useEffect(() => {
    const known = before.current;
    before.current = inbox;
    const now = Date.now();
    const isThisDevice = isPageFocused();
    if (now < caughtUp.current || !mayAlert(me, serverNow())) return;
    const found = alertIn(known, inbox, me.id, isThisDevice ? current : null, serverNow(), client.safety.blocked.get());
    if (found === null) return;
    const isShown = isNewPreview(
      known.find(({ id }) => id === found.id),
      found,
    );
    const alert = async () => {
      if (!isThisDevice) await new Promise((done) => setTimeout(done, READ_ELSEWHERE_MS));
      const { me: latestMe, inbox: rows, current: openChat, hasSound: playsSound, onAlert: report } = latest.current;
      const entry = rows.find(({ id }) => id === found.id);
      if (
        client.me.get()?.id !== me.id ||
        !mayAlert(latestMe, serverNow()) ||
        !entry ||
        entry.row.read >= found.row.head
      )
        return;
      if (found.id !== openChat) report({ channel: found.id, isShown });
      // While nobody uses the page, the system's notification plays a sound of its own.
      if (playsSound && (client.presence.isActive || !(await hasSystemNotifications()))) await chime();
    };
    alert().catch(console.warn);
  }, [inbox, me, current, caughtUp]);
}
