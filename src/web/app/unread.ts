// What counts as unread. The title counts all messages, but only mentions in channels that are
// muted or notify of less. The app's icon leaves out channels that send no notifications.
import { type InboxEntry, isMuted } from "../../sdk";
import type { BadgeCounts } from "../worker/badge-counts";

type Row = InboxEntry["row"];

/** The messages that count: those after the read mark, and the unseen ones below it. */
const countedMessages = ({ unread, unseen = [] }: Row): number => unread + unseen.length;

/** The counted messages that mention me. */
export const mentionsIn = ({ mentions, unseen = [] }: Row): number =>
  mentions + unseen.filter(({ mention }) => mention).length;

/**
 * Returns the count in the chat list. A channel that was set to unread counts at least one, even if
 * that message is my own.
 */
export const unreadOf = ({ row }: InboxEntry): number =>
  Math.max(countedMessages(row), row.unreadFrom === null ? 0 : 1);

/** Returns how many messages may alert: with the notify level `mentions`, only those. */
export const alertingIn = ({ row, level }: InboxEntry): number =>
  level === "mentions" ? mentionsIn(row) : countedMessages(row);

/**
 * Returns whether the channel sends no notifications: it is muted, or its notify level is
 * `nothing`.
 */
export const isSilenced = (entry: InboxEntry, now: number): boolean => entry.level === "nothing" || isMuted(entry, now);

export const totalUnread = (entries: readonly InboxEntry[], now: number): number =>
  entries.reduce((total, entry) => total + countOf(entry, now), 0);

const countOf = (entry: InboxEntry, now: number): number =>
  countsMentionsOnly(entry, now) ? mentionsIn(entry.row) : countedMessages(entry.row);

const countsMentionsOnly = (entry: InboxEntry, now: number): boolean =>
  entry.level === "mentions" || isSilenced(entry, now);

/** Returns the unread count of each channel that the app's icon counts. */
export const badgeCounts = (entries: readonly InboxEntry[], now: number): BadgeCounts =>
  Object.fromEntries(
    entries
      .filter((entry) => !isSilenced(entry, now) && countOf(entry, now) > 0)
      .map((entry) => [
        entry.id,
        { unread: countOf(entry, now), through: entry.row.head, epochNumber: entry.row.epochNumber },
      ]),
  );
