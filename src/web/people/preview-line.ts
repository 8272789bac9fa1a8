// The last message of a channel in one line.
import type { InboxEntry } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { faceOf, nameOf } from "./channel-face";
import { contentLine } from "./content-line";

export const PREVIEW_LENGTH = 120;

const NOBODY: ReadonlySet<string> = new Set();

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
  const { preview } = entry.row;
  if (preview === null) return null;
  if (blocked.has(preview.author)) return text.chat.blocked;
  const line = contentLine(preview, PREVIEW_LENGTH, text);
  const { kind } = faceOf(entry, me, text);
  if (kind === "notes") return line;
  if (preview.author === me) return text.chats.you(line);
  return kind === "group" || kind === "channel" ? `${nameOf(entry.members, preview.author, text)}: ${line}` : line;
}
