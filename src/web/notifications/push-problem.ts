import { ParleyError } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import type { Translation } from "../../text/language";
import type { notificationSettingsText } from "../../text/notification-settings";
import { explain } from "../app/explain";

type Words = Translation<typeof notificationSettingsText.en>;

/**
 * Explains why notifications could not be turned on. Errors of the browser have texts of their own.
 */
export function explainPushProblem(thrown: unknown, words: Words, text: Dictionary): string {
  if (thrown instanceof DOMException) return words.noService;
  // A server without a VAPID key has no route for it.
  if (thrown instanceof ParleyError && thrown.code === "not_found") return words.unavailable;
  return explain(thrown, text);
}
