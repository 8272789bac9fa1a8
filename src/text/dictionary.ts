// The texts that every page needs. A part of the page that is loaded on demand, such as the
// settings, imports its own file of texts instead, so that the texts are loaded with it.
import { appText } from "./app";
import { attachmentText } from "./attachment";
import { chatText } from "./chat";
import { errorsText } from "./errors";
import { groupsText } from "./groups";
import type { Language, Translation } from "./language";
import { messageText } from "./message";

const en = {
  ...appText.en,
  ...chatText.en,
  message: messageText.en,
  attachments: attachmentText.en,
  groups: groupsText.en,
  errors: errorsText.en,
};

export type Dictionary = Translation<typeof en>;

const ko: Dictionary = {
  ...appText.ko,
  ...chatText.ko,
  message: messageText.ko,
  attachments: attachmentText.ko,
  groups: groupsText.ko,
  errors: errorsText.ko,
};

export const dictionaries: Record<Language, Dictionary> = { en, ko };
