import type { Cursor } from "../protocol";
import type { LogReader } from "./log";

/** Where a client's cursor stands: of no use, behind the head, or level with it. Never guessed: another epoch is another log. */
export type Place =
  | { kind: "reset"; reason: "epoch" | "beyond_head" }
  | { kind: "behind"; after: number }
  | { kind: "level" };

export function placeCursor(log: Pick<LogReader, "epoch" | "head">, from: Cursor | undefined): Place {
  if (!from) return { kind: "level" };
  if (from.epoch !== log.epoch) return { kind: "reset", reason: "epoch" };
  if (from.after > log.head) return { kind: "reset", reason: "beyond_head" };
  return from.after < log.head ? { kind: "behind", after: from.after } : { kind: "level" };
}
