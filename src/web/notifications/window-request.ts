// What the worker asks a window of the page, and how it is answered: over a channel made for the question.

export type WindowRequest =
  /** Which channel is on screen? Answered by its id, or null. */
  | { ask: "channel" }
  /** Go there, and where `write` says so, begin to write. Answered by true. */
  | { ask: "open"; to: string; write: boolean };

/** Null for a message that is none of these. */
export function readWindowRequest(message: unknown): WindowRequest | null {
  if (typeof message !== "object" || message === null) return null;
  const { ask, to, write }: Partial<Record<"ask" | "to" | "write", unknown>> = message;
  if (ask === "channel") return { ask };
  if (ask !== "open" || typeof to !== "string" || !to.startsWith("/")) return null;
  return { ask, to, write: write === true };
}
