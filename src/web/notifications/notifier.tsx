// What the page does for notifications while somebody is signed in. It draws nothing.
import { useEffect } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { badgeTotal, useMoment } from "../app/unread";
import { useLocale } from "../text/language";
import { shownIn } from "../worker/shown";
import { isRead } from "./closing";
import { keep } from "./kept";
import { closeAll, renew } from "./subscription";
import { useQuestions } from "./use-questions";

/** Inboxes change in bursts. */
const GATHER_MS = 400;

async function closeRead(entries: readonly InboxEntry[]): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const notification of (await registration?.getNotifications()) ?? []) {
    const shown = shownIn(notification);
    if (shown && isRead(shown, entries)) notification.close();
  }
}

interface NotifierProps {
  me: Me;
  inbox: readonly InboxEntry[];
  open(to: string): void;
}

export function Notifier({ me, inbox, open }: NotifierProps) {
  const locale = useLocale();
  const now = useMoment(inbox.map((entry) => entry.mutedUntil));
  const unread = badgeTotal(inbox, Math.max(now, Date.now()));
  useQuestions(open);

  // What fails here is tried again at the next start, and settings tell how it stands.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the profile is no start.
  useEffect(() => {
    renew(me).catch(console.warn);
    return () => {
      if (client.me.get()?.id !== me.id) closeAll().catch(console.warn);
    };
  }, [me.id, me.session]);

  useEffect(() => {
    void keep("locale", locale);
  }, [locale]);

  useEffect(() => {
    const timer = window.setTimeout(() => closeRead(inbox).catch(console.warn), GATHER_MS);
    return () => window.clearTimeout(timer);
  }, [inbox]);

  useEffect(() => {
    if (!("setAppBadge" in navigator)) return;
    // Refused where the page is not installed.
    (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
  }, [unread]);
  return null;
}
