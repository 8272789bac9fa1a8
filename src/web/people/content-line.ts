// What a message says in one line of plain text: its text, or its attachments if it has no text.
import { type AttachmentSummary, attachmentsField, lineOf, shownLine } from "../../protocol";
import type { MessageView } from "../../sdk";
import { attachmentLabel } from "../../text/attachment";
import type { Dictionary } from "../../text/dictionary";

interface ShownContent {
  text: string;
  attachments?: AttachmentSummary | undefined;
}

/** Returns a line of at most `max` characters of a preview, or the label of the attachments. */
export function contentLine({ text, attachments }: ShownContent, max: number, words: Dictionary): string {
  if (text === "" && attachments) return attachmentLabel(attachments, words.attachments);
  const line = lineOf(text, max);
  return line === lineOf(text, max + 1) ? line : `${line}…`;
}

/** Returns a line of what a message shows, which is not deleted. */
export const messageLine = (
  { text, attachments }: Pick<MessageView, "text" | "attachments">,
  max: number,
  words: Dictionary,
): string => contentLine({ text: shownLine(text, max), ...attachmentsField(attachments) }, max + 1, words);
