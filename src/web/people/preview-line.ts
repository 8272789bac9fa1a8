// The last message of a channel in one line.
import type { InboxEntry } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { faceOf, nameOf } from "./channel-face";
import { contentLine } from "./content-line";

const MINUTE_MS = 60_000;
export const PREVIEW_LENGTH = 120;

type LastCall = NonNullable<InboxEntry["row"]["lastCall"]>;

const NOBODY: ReadonlySet<string> = new Set();

function callPreview(
  { by, rang, reason, joined, answered, durationMs }: LastCall,
  me: string,
  text: Dictionary,
): string {
  if (rang && by !== me && !joined && reason !== "declined") return text.chats.missedCall;
  return answered || !rang ? text.chats.callOver(Math.round(durationMs / MINUTE_MS)) : text.chats.callUnanswered;
}

/**
 * Returns the last message, with its author if the author is not obvious; null if there is no
 * message. That of a person who is blocked is not shown.
 */
export function previewLine(
  entry: InboxEntry,
  me: string,
  text: Dictionary,
  blocked: ReadonlySet<string> = NOBODY,
): string | null {
  const { preview, missed, lastCall } = entry.row;
  if (missed && missed.at >= (preview?.at ?? 0)) return text.chats.missedCall;
  if (lastCall && lastCall.at >= (preview?.at ?? 0)) return callPreview(lastCall, me, text);
  if (preview === null) return null;
  if (blocked.has(preview.author)) return text.chat.blocked;
  const line = contentLine(preview, PREVIEW_LENGTH, text);
  const { kind } = faceOf(entry, me, text);
  if (kind === "notes") return line;
  if (preview.author === me) return text.chats.you(line);
  return kind === "group" || kind === "channel" ? `${nameOf(entry.members, preview.author, text)}: ${line}` : line;
}
