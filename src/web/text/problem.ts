// Turns whatever was thrown into a sentence for a person.
import { ParleyError } from "../../sdk";
import type { Dictionary } from "./en";

export function explain(thrown: unknown, text: Dictionary): string {
  if (!(thrown instanceof ParleyError)) return text.errors.unknown;
  const { code, retryAfterMs } = thrown;
  if (code === "rate_limited" && retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    return seconds < 90 ? text.errors.waitSeconds(seconds) : text.errors.waitMinutes(Math.ceil(seconds / 60));
  }
  return text.errors[code] ?? text.errors.unknown;
}

/** The request's id, for somebody who asks for help; absent where the request never reached the server. */
export const referenceOf = (thrown: unknown): string | undefined =>
  thrown instanceof ParleyError ? thrown.requestId : undefined;
