// The content of a message: the parts that its author sent, and its body as the log and the archive
// keep it. The state of a body alone says whether the message is deleted.
import { type Attachment, isVisible, type Mentions, noAttachments } from "../protocol";

/** What an author puts into a message. One of the parts may be empty, but not all of them. */
export interface MessageParts {
  text: string;
  attachments: Attachment[];
}

/** `version` is the seq of the entry that last changed the body, at `changedAt`. */
export interface LiveBody extends MessageParts {
  state: "live";
  /** Found by the server in the text. */
  mentions: Mentions;
  version: number;
  changedAt: number;
}

export interface DeletedBody {
  state: "deleted";
  version: number;
  changedAt: number;
}

export type StoredBody = LiveBody | DeletedBody;

export const partsOfText = (text: string): MessageParts => ({ text, attachments: noAttachments });

/** Whether a message with these parts would show nothing. Such a message is refused. */
export const isEmpty = ({ text, attachments }: MessageParts): boolean => attachments.length === 0 && !isVisible(text);

/**
 * Returns the parts as one text: two messages have the same content if these texts are equal. The
 * content of a message without attachments is its text. A text holds no NUL, so the two forms
 * cannot be confused. The order of an attachment's fields does not matter.
 */
export function contentOf({ text, attachments }: MessageParts): string {
  if (attachments.length === 0) return text;
  const fields = attachments.map((attachment) =>
    Object.entries(attachment)
      .filter(([, value]) => value !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return `${text}\0${JSON.stringify(fields)}`;
}

/** Returns the text in which a search looks: the text, and names and alt texts of attachments. */
export function searchableText({ text, attachments }: MessageParts): string {
  if (attachments.length === 0) return text;
  const words = attachments.flatMap(({ name, alt = "" }) => [name, alt]);
  return [text, ...words].filter((part) => part !== "").join("\n");
}

/** Returns the characters of the parts. */
export function charactersOf({ text, attachments = noAttachments }: Partial<MessageParts> & { text: string }): number {
  let sum = text.length;
  for (const { id, name, type, alt = "" } of attachments) sum += id.length + name.length + type.length + alt.length;
  return sum;
}
