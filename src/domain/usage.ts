import type { Usage } from "../protocol";
import { type Bill, dollarsOf } from "./prices";

/**
 * Returns the bill of a channel. The inbox rows of its members are billed to their user objects.
 */
export const billOf = (usage: Usage): Bill => ({
  rowWritten: usage.rowsWritten + usage.archiveRowsWritten,
  rowRead: usage.rowsRead + usage.archiveRowsRead,
  objectRequest: usage.objectRequests,
  socketMessage: usage.socketMessages,
  // A message is written, read and deleted.
  queueOperation: usage.queueMessages * 3,
});

/** Returns dollars for a million messages; null while no message was counted. */
export const perMillion = (usage: Usage): number | null =>
  usage.messages === 0 ? null : (dollarsOf(billOf(usage)) / usage.messages) * 1e6;
