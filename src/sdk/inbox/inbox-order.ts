import type { InboxEntry } from "./views";

/**
 * Compares two channels for `sort`: the channel that was active last comes first. Nothing else
 * orders the inbox.
 */
export const byActivity = (a: InboxEntry, b: InboxEntry): number => b.row.at - a.row.at || (a.id < b.id ? -1 : 1);
