import { ParleyError } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";

/** Turns anything that was thrown into a sentence for the person. */
export function explain(thrown: unknown, text: Dictionary): string {
  if (!(thrown instanceof ParleyError)) return text.errors.unknown;
  const { code, retryAfterMs, requestId } = thrown;
  if (code === "rate_limited" && retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    return seconds < 90 ? text.errors.waitSeconds(seconds) : text.errors.waitMinutes(Math.ceil(seconds / 60));
  }
  // A person can quote the reference of an internal error to the operator.
  if (code === "internal" && requestId) return `${text.errors.internal} ${text.errors.reference(requestId)}.`;
  return text.errors[code];
}
