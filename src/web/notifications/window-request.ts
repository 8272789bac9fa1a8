// What the service worker asks a window of the page. The answer comes over a MessageChannel of the
// request.

export type WindowRequest =
  /** Which channel is open? The answer is its id, or null. */
  | { ask: "channel" }
  /** Navigate there, and focus the composer if `write` is true. The answer is true. */
  | { ask: "open"; to: string; write: boolean };

/** Reads a request; null for any other message. */
export function readWindowRequest(message: unknown): WindowRequest | null {
  if (typeof message !== "object" || message === null) return null;
  const { ask, to, write }: Partial<Record<"ask" | "to" | "write", unknown>> = message;
  if (ask === "channel") return { ask };
  if (ask !== "open" || typeof to !== "string" || !to.startsWith("/")) return null;
  return { ask, to, write: write === true };
}
