import type { Usage } from "../protocol";
import { type Bill, dollarsOf } from "./prices";

/** A channel's own counts as they are billed. The rows of its members' inboxes are theirs. */
export const billOf = (usage: Usage): Bill => ({
  rowWritten: usage.rowsWritten + usage.archiveRowsWritten,
  rowRead: usage.rowsRead + usage.archiveRowsRead,
  objectRequest: usage.objectRequests,
  socketMessage: usage.socketMessages,
});

/** `perMillion`: of messages; null while there is none. */
export function costOf(usage: Usage): { dollars: number; perMillion: number | null } {
  const dollars = dollarsOf(billOf(usage));
  return { dollars, perMillion: usage.messages === 0 ? null : (dollars / usage.messages) * 1e6 };
}
