import type { Cursor } from "../protocol";
import type { LogReader } from "./log";

/** The state of a client's cursor: unusable (`reset`), behind the head, or caught up. */
export type CursorState =
  | { kind: "reset"; reason: "epoch" | "beyond_head" | "history" }
  | { kind: "behind"; after: number }
  | { kind: "caught_up" };

/**
 * Returns the state of a cursor. `since` is the first entry that the reader may see. A cursor
 * before `since` is from an earlier membership and is reset: a resume from this cursor would show
 * entries that the reader may not see. So is one before the purge `purged`, which the reader cannot
 * apply.
 */
export function locateCursor(
  log: Pick<LogReader, "epoch" | "head"> & { purged?: number },
  since: number,
  from: Cursor | undefined,
): CursorState {
  if (!from) return { kind: "caught_up" };
  if (from.epoch !== log.epoch) return { kind: "reset", reason: "epoch" };
  if (from.after > log.head) return { kind: "reset", reason: "beyond_head" };
  if (from.after < (log.purged ?? 0) || from.after + 1 < since) return { kind: "reset", reason: "history" };
  return from.after < log.head ? { kind: "behind", after: from.after } : { kind: "caught_up" };
}
