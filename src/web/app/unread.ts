// What counts as unread: in the title everything, but of a quiet channel only what calls me; on the app's icon nothing of a silent one.
import { useEffect, useState } from "react";
import { type InboxEntry, isMuted } from "../../sdk";
import type { Tally } from "../worker/tally";

/** In the list; what was set to unread by hand counts at least one, though it may be a message of my own. */
export const unreadOf = ({ row }: InboxEntry): number => Math.max(row.unread, row.unreadFrom === null ? 0 : 1);

/** Nothing is told of it, for now or for good. */
export const isSilent = (entry: InboxEntry, now: number): boolean => entry.level === "nothing" || isMuted(entry, now);

export const totalUnread = (entries: readonly InboxEntry[], now: number): number =>
  entries.reduce((total, entry) => total + countOf(entry, now), 0);

const countOf = (entry: InboxEntry, now: number): number =>
  isQuiet(entry, now) ? entry.row.mentions : entry.row.unread;

const isQuiet = (entry: InboxEntry, now: number): boolean => entry.level === "mentions" || isSilent(entry, now);

/** What the app's icon counts, channel by channel. */
export const badgeTally = (entries: readonly InboxEntry[], now: number): Tally =>
  Object.fromEntries(
    entries
      .filter((entry) => !isSilent(entry, now) && countOf(entry, now) > 0)
      .map((entry) => [entry.id, { unread: countOf(entry, now), through: entry.row.head, life: entry.row.life }]),
  );

/** Longer than a timer can wait. */
const NEVER_MS = 2 ** 31 - 1;

/** Draws again when the first of these times is reached, so that a silence that ends shows by itself. */
export function useMoment(times: readonly number[]): number {
  const [now, setNow] = useState(Date.now);
  const next = Math.min(...times.filter((time) => time > now));
  useEffect(() => {
    const wait = next - Date.now();
    if (wait > NEVER_MS) return;
    const timer = window.setTimeout(() => setNow(Date.now()), Math.max(0, wait));
    return () => window.clearTimeout(timer);
  }, [next]);
  return now;
}
