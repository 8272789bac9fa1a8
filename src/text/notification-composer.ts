// Title and body of a notification. The service worker and the APNs alert both use this file, so
// that a person reads the same words on every device.
import type { PushNote } from "../protocol";
import { attachmentLabel, attachmentText } from "./attachment";
import type { Language } from "./language";
import { notificationText } from "./notification";
import { isolated, personName } from "./person-name";

export type ShowNote = Extract<PushNote, { type: "show" }>;
type VisibleNote = Exclude<PushNote, { type: "clear" }>;

export interface NotificationContent {
  title: string;
  body: string;
}

export const APP_NAME = "Parley";

export function contentOf(note: VisibleNote, language: Language): NotificationContent {
  if (note.type === "show") return { title: titleOf(note), body: bodyOf(note, language) };
  const { test, testHint } = notificationText[language];
  return { title: test, body: testHint };
}

/** Returns the author of a direct message, or the name of the group. */
const titleOf = ({ kind, name, author }: ShowNote): string =>
  (kind === "direct" ? author && authorName(author) : isolated(name)) || APP_NAME;

/** Returns the name, with the handle if the note has one: then another name looks the same. */
const authorName = ({ name, handle }: NonNullable<ShowNote["author"]>): string =>
  handle === undefined ? isolated(name) : personName({ name, handle }, true);

/**
 * Returns the body: the text of a note has no marks. Without an author, previews are hidden: the
 * body says only that there are messages. The same if there is nothing to show of the message.
 */
function bodyOf({ kind, author, text, attachments, unread, mention }: ShowNote, language: Language): string {
  const texts = notificationText[language];
  const plain = text === "" && attachments ? attachmentLabel(attachments, attachmentText[language]) : text;
  if (author === null || plain === "") return mention ? texts.hiddenMention : texts.newMessages(Math.max(1, unread));
  if (kind === "direct") return plain;
  return mention ? texts.mention(authorName(author), plain) : `${authorName(author)}: ${plain}`;
}
