import { limits } from "../protocol";

/**
 * Returns a count of unread messages as people read it. The server stops counting at `unreadMax`.
 */
export const cappedCount = (count: number): string =>
  count < limits.unreadMax ? String(count) : `${limits.unreadMax - 1}+`;
