// The order in which the parts of a channel act on what a turn appended.
import type { Channel } from "./channel";
import type { TurnListeners } from "./turn-committed";

type ListeningParts = Pick<
  Channel,
  "broadcaster" | "usage" | "deliveredMarks" | "archiver" | "notifications" | "requestSignals" | "fanOut"
>;

export const turnListeners = (parts: ListeningParts): TurnListeners => ({
  beforeAnswers: [parts.broadcaster],
  afterReads: [
    parts.usage,
    parts.deliveredMarks,
    parts.archiver,
    // Forgets what it knew of members, before the fan-out asks it to notify those who are absent.
    parts.notifications,
    parts.requestSignals,
    // The last: if no delivery begins, it announces the delivered marks and schedules notifications.
    parts.fanOut,
  ],
});
