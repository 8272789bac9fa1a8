// Title and body of a notification. The service worker and the APNs alert both use this file, so
// that a person reads the same words on every device.
import type { PushNote, PushPayload, RingNote } from "../protocol";
import { attachmentLabel, attachmentText } from "./attachment";
import type { Language } from "./language";
import { notificationText } from "./notification";
import { isolated, personName } from "./person-name";

export type ShowNote = Extract<PushNote, { type: "show" }>;
export type RingStartNote = Extract<RingNote, { type: "ring" }>;
export type VisibleNote = Exclude<PushPayload, { type: "clear" | "ring_end" }>;

export interface NotificationContent {
  title: string;
  body: string;
}

export const APP_NAME = "Parley";

export function contentOf(note: VisibleNote, language: Language): NotificationContent {
  if (note.type === "show") return { title: titleOf(note), body: bodyOf(note, language) };
  if (note.type === "ring") return ringContentOf(note, language);
  const { test, testHint } = notificationText[language];
  return { title: test, body: testHint };
}

/** Returns what a ring says: the title is the caller, or the group. */
function ringContentOf({ kind, name, caller, video }: RingStartNote, language: Language): NotificationContent {
  const { incomingCall, incomingVideoCall, incomingGroupCall } = notificationText[language];
  const who = caller && authorName(caller);
  if (kind === "direct") return { title: who || APP_NAME, body: video ? incomingVideoCall : incomingCall };
  return { title: isolated(name) || APP_NAME, body: who ? incomingGroupCall(who) : incomingCall };
}

/** Returns what stays of a ring that nobody on this device answered. */
export const missedContentOf = (title: string, language: Language): NotificationContent => ({
  title,
  body: notificationText[language].missedCall,
});

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
function bodyOf({ kind, author, text, attachments, unread, mention, thread }: ShowNote, language: Language): string {
  const texts = notificationText[language];
  const plain = text === "" && attachments ? attachmentLabel(attachments, attachmentText[language]) : text;
  const isReply = thread !== null;
  if (author === null || plain === "") {
    if (mention) return texts.hiddenMention;
    return isReply ? texts.hiddenThreadReply : texts.newMessages(Math.max(1, unread));
  }
  const name = authorName(author);
  if (isReply) return mention ? texts.threadMention(name, plain) : texts.threadReply(name, plain);
  if (kind === "direct") return plain;
  return mention ? texts.mention(name, plain) : `${name}: ${plain}`;
}
