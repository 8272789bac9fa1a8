import type { InboxEntry } from "./views";

/**
 * The order of the channel list, as a comparison for `sort`: the channel that was active last comes
 * first. It is the only place that orders the inbox.
 */
export const byActivity = (a: InboxEntry, b: InboxEntry): number => b.row.at - a.row.at || (a.id < b.id ? -1 : 1);
