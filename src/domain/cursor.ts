import type { Cursor } from "../protocol";
import type { LogReader } from "./log";

/** Where a client's cursor stands: of no use, behind the head, or level with it. Never guessed: another epoch is another log. */
export type CursorState =
  | { kind: "reset"; reason: "epoch" | "beyond_head" | "history" }
  | { kind: "behind"; after: number }
  | { kind: "caught_up" };

/** `since`: the first entry the reader may know of. A cursor from before (of someone who left and came again) would bring what is not theirs. */
export function locateCursor(
  log: Pick<LogReader, "epoch" | "head">,
  since: number,
  from: Cursor | undefined,
): CursorState {
  if (!from) return { kind: "caught_up" };
  if (from.epoch !== log.epoch) return { kind: "reset", reason: "epoch" };
  if (from.after > log.head) return { kind: "reset", reason: "beyond_head" };
  if (from.after + 1 < since) return { kind: "reset", reason: "history" };
  return from.after < log.head ? { kind: "behind", after: from.after } : { kind: "caught_up" };
}
