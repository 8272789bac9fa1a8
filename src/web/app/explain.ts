import { ParleyError } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { errorsText } from "../../text/errors";

/** Returns the sentence of each error. Only parts that are loaded on demand may import it. */
export const errorTexts = ({ language }: Dictionary) => errorsText[language];

/** Turns anything that was thrown into a sentence for the person. */
export function explain(thrown: unknown, text: Dictionary): string {
  const errors = errorTexts(text);
  if (!(thrown instanceof ParleyError)) return errors.unknown;
  const { code, retryAfterMs, requestId } = thrown;
  if (code === "rate_limited" && retryAfterMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    return seconds < 90 ? errors.waitSeconds(seconds) : errors.waitMinutes(Math.ceil(seconds / 60));
  }
  // A person can quote the reference of an internal error to the operator.
  if (code === "internal" && requestId) return `${errors.internal} ${errors.reference(requestId)}.`;
  return errors[code];
}
