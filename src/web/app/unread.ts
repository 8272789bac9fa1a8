// What counts as unread: in the title everything, but of a quiet channel only what calls me; on the app's icon nothing of a silent one.
import { type InboxEntry, isMuted } from "../../sdk";
import type { BadgeCounts } from "../worker/badge-counts";

/** In the list; what was set to unread by hand counts at least one, though it may be a message of my own. */
export const unreadOf = ({ row }: InboxEntry): number => Math.max(row.unread, row.unreadFrom === null ? 0 : 1);

/** Nothing is told of it, for now or for good. */
export const isSilenced = (entry: InboxEntry, now: number): boolean => entry.level === "nothing" || isMuted(entry, now);

export const totalUnread = (entries: readonly InboxEntry[], now: number): number =>
  entries.reduce((total, entry) => total + countOf(entry, now), 0);

const countOf = (entry: InboxEntry, now: number): number =>
  isQuiet(entry, now) ? entry.row.mentions : entry.row.unread;

const isQuiet = (entry: InboxEntry, now: number): boolean => entry.level === "mentions" || isSilenced(entry, now);

/** What the app's icon counts, channel by channel. */
export const badgeCounts = (entries: readonly InboxEntry[], now: number): BadgeCounts =>
  Object.fromEntries(
    entries
      .filter((entry) => !isSilenced(entry, now) && countOf(entry, now) > 0)
      .map((entry) => [entry.id, { unread: countOf(entry, now), through: entry.row.head, life: entry.row.life }]),
  );
