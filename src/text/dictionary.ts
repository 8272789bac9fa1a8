// The texts that every page needs. A part of the page that is loaded on demand, such as the
// settings, imports its own file of texts instead, so that the texts are loaded with it.
import { appText } from "./app";
import { attachmentText } from "./attachment";
import { chatText } from "./chat";
import { groupsText } from "./groups";
import type { Language, Translation } from "./language";
import { messageText } from "./message";

const en = {
  ...appText.en,
  ...chatText.en,
  message: messageText.en,
  attachments: attachmentText.en,
  groups: groupsText.en,
};

type Texts = Translation<typeof en>;

export type Dictionary = Texts & { language: Language };

const ko: Texts = {
  ...appText.ko,
  ...chatText.ko,
  message: messageText.ko,
  attachments: attachmentText.ko,
  groups: groupsText.ko,
};

export const dictionaries: Record<Language, Dictionary> = {
  en: { ...en, language: "en" },
  ko: { ...ko, language: "ko" },
};
