// When an open page calls attention, and to which chat.
import { useEffect, useRef } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client, useStore } from "../app/client";
import { isPageFocused } from "../app/page-focus";
import { usePreferences } from "../app/preferences";
import { awaitTouch, chime } from "./chime";
import { alertIn, isNewPreview, mayAlert } from "./in-app-alert";
import { permission } from "./permission";

/** What came while there was no connection is no news: other devices were told, and the list shows it. */
const CATCHES_UP_MS = 3_000;
/** Whoever reads it in another tab or on another device has said so by then. */
const READ_ELSEWHERE_MS = 1_000;

export interface InAppAlert {
  channel: string;
  /** Whether the list shows what was said; otherwise it only counts. */
  isShown: boolean;
}

/** Whether the system tells of what comes while nobody is at the page. */
async function isNotified(): Promise<boolean> {
  if (permission() !== "allowed") return false;
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) != null;
}

/** The time from which on what comes is news. */
function useCaughtUp(): { current: number } {
  const { state } = useStore(client.connection);
  const from = useRef(Date.now() + CATCHES_UP_MS);
  useEffect(() => {
    if (state === "online") from.current = Date.now() + CATCHES_UP_MS;
  }, [state]);
  return from;
}

/** Calls `tell` with the news of chats that nobody looks at, and sounds for them. `current`: the chat on screen. */
export function useInAppAlerts(
  me: Me,
  inbox: readonly InboxEntry[],
  current: string | null,
  tell: (news: InAppAlert) => void,
): void {
  const hasSound = usePreferences((preferences) => preferences.sound);
  const caughtUp = useCaughtUp();
  const before = useRef(inbox);
  const latest = useRef({ me, inbox, current, hasSound, tell });
  latest.current = { me, inbox, current, hasSound, tell };
  useEffect(awaitTouch, []);

  useEffect(() => {
    const known = before.current;
    before.current = inbox;
    const now = Date.now();
    const isThisDevice = isPageFocused();
    if (now < caughtUp.current || !mayAlert(me, now)) return;
    const found = alertIn(known, inbox, me.id, isThisDevice ? current : null, now);
    if (found === null) return;
    const isShown = isNewPreview(
      known.find(({ id }) => id === found.id),
      found,
    );
    const call = async () => {
      if (!isThisDevice) await new Promise((done) => setTimeout(done, READ_ELSEWHERE_MS));
      const { me: still, inbox: rows, current: there, hasSound: isHeard, tell: say } = latest.current;
      const entry = rows.find(({ id }) => id === found.id);
      if (client.me.get()?.id !== me.id || !mayAlert(still, Date.now()) || !entry || entry.row.read >= found.row.head)
        return;
      if (found.id !== there) say({ channel: found.id, isShown });
      // Where nobody is at the page, the system's notification has a sound of its own.
      if (isHeard && (client.presence.isActive || !(await isNotified()))) await chime();
    };
    call().catch(console.warn);
  }, [inbox, me, current, caughtUp]);
}
