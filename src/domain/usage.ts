import type { Usage } from "../protocol";
import { type Bill, dollarsOf } from "./prices";

/** A channel's own counts as they are billed. The rows of its members' inboxes are theirs. */
export const billOf = (usage: Usage): Bill => ({
  rowWritten: usage.rowsWritten + usage.archiveRowsWritten,
  rowRead: usage.rowsRead + usage.archiveRowsRead,
  objectRequest: usage.objectRequests,
  socketMessage: usage.socketMessages,
  // Written, read, deleted.
  queueOperation: usage.queueMessages * 3,
});

/** Dollars for a million messages; null while none was counted. */
export const perMillion = (usage: Usage): number | null =>
  usage.messages === 0 ? null : (dollarsOf(billOf(usage)) / usage.messages) * 1e6;
