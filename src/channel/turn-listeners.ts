// The order in which the parts of a channel act on what a turn appended.
import type { TurnListener, TurnListeners } from "./turn-committed";

type Listening =
  | "broadcaster"
  | "usage"
  | "deliveredMarks"
  | "archiver"
  | "fileReports"
  | "notifications"
  | "requestSignals"
  | "headReporter"
  | "fanOut";

export const turnListeners = (parts: Record<Listening, TurnListener>): TurnListeners => ({
  beforeAnswers: [parts.broadcaster],
  afterReads: [
    parts.usage,
    parts.deliveredMarks,
    parts.archiver,
    parts.fileReports,
    // Forgets what was known of members, before the fan-out asks it to notify absent members.
    parts.notifications,
    parts.requestSignals,
    parts.headReporter,
    // The last. If no delivery begins, it announces delivered marks and schedules notifications.
    parts.fanOut,
  ],
});
