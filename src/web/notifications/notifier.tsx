// Keeps notifications in step with the page while a person is signed in. It renders nothing.
import { useEffect, useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { badgeCounts } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useLocale } from "../app/use-text";
import { totalOf } from "../worker/badge-counts";
import { isRead, shownIn } from "../worker/shown-notification";
import { ownerOf } from "../worker/unsent-reply";
import { changeShared, sharedTexts, writeShared } from "./shared-storage";
import { closeNotifications, renewSubscription } from "./subscription";
import { useWindowRequests } from "./use-window-requests";

/** How long changes of the inbox are collected, because they come in bursts. */
const GATHER_MS = 400;

/** Closes notifications of messages that were read, and those of other accounts. */
async function closeRead(me: string, entries: readonly InboxEntry[]): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  for (const notification of (await registration?.getNotifications()) ?? []) {
    const shown = shownIn(notification);
    const isMine = (ownerOf(notification) ?? me) === me;
    if (!isMine || (shown && isRead(shown, entries))) notification.close();
  }
}

/** Returns how often the page has become visible. */
function useVisits(): number {
  const [visits, setVisits] = useState(0);
  useEffect(() => {
    const countVisit = () => setVisits((before) => before + Number(document.visibilityState === "visible"));
    document.addEventListener("visibilitychange", countVisit);
    return () => document.removeEventListener("visibilitychange", countVisit);
  }, []);
  return visits;
}

interface NotifierProps {
  me: Me;
  inbox: readonly InboxEntry[];
  open(to: string): void;
}

export function Notifier({ me, inbox, open }: NotifierProps) {
  const locale = useLocale();
  const now = useMoment(inbox.map((entry) => entry.mutedUntil));
  const counts = badgeCounts(inbox, now);
  const unread = totalOf(counts);
  const serialized = JSON.stringify(counts);
  const visits = useVisits();
  useWindowRequests(me.id, open);

  // A failure is retried at the next start. The settings show the state.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the profile is no start.
  useEffect(() => {
    renewSubscription(me).catch(console.warn);
    return () => {
      if (client.me.get()?.id !== me.id) closeNotifications().catch(console.warn);
    };
  }, [me.id, me.session]);

  useEffect(() => {
    void writeShared(sharedTexts.locale, locale);
  }, [locale]);

  useEffect(() => {
    const timer = window.setTimeout(() => closeRead(me.id, inbox).catch(console.warn), GATHER_MS);
    return () => window.clearTimeout(timer);
  }, [me.id, inbox]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the worker counts while nobody looks.
  useEffect(() => {
    changeShared(sharedTexts.badgeCounts, () => serialized).catch(console.warn);
    if (!("setAppBadge" in navigator)) return;
    // Rejects if the page is not installed as an app.
    (unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()).catch(() => {});
  }, [serialized, unread, visits]);
  return null;
}
