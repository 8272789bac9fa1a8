// What a message says in one line of plain text: its text, or its attachments if it has no text.
import { type AttachmentSummary, attachmentsField } from "../../protocol";
import type { MessageView } from "../../sdk";
import { attachmentLabel } from "../../text/attachment";
import type { Dictionary } from "../../text/dictionary";
import { plainText } from "../markdown/plain-text";

interface ShownContent {
  text: string;
  attachments?: AttachmentSummary | undefined;
}

/** Returns one line of at most `max` characters of a text, or the label of the attachments. */
export function contentLine({ text, attachments }: ShownContent, max: number, words: Dictionary): string {
  return text === "" && attachments ? attachmentLabel(attachments, words.attachments) : plainText(text, max);
}

/** The same for a message that is not deleted. */
export const messageLine = (
  { text, attachments }: Pick<MessageView, "text" | "attachments">,
  max: number,
  words: Dictionary,
): string => contentLine({ text, ...attachmentsField(attachments) }, max, words);
