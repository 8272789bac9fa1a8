import { ParleyError } from "../../sdk";
import type { Dictionary, Words } from "../text/en";
import type { notificationsEn } from "../text/notifications-en";
import { explain } from "../text/problem";

/** Why notifications could not be turned on: the browser's reasons are not the wire's. */
export function whyNot(thrown: unknown, words: Words<typeof notificationsEn>, text: Dictionary): string {
  if (thrown instanceof DOMException) return words.noService;
  // A server without a key has no address for it.
  if (thrown instanceof ParleyError && thrown.code === "not_found") return words.unavailable;
  return explain(thrown, text);
}
