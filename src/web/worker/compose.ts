// How a notification reads, in the words of the person's language.
import type { PushNote } from "../../protocol";
import { type Language, languageOf } from "../text/languages";
import { pushedEn } from "../text/pushed-en";
import { pushedKo } from "../text/pushed-ko";
import { withoutMarks } from "./marks";
import type { Shown } from "./shown";
import type { Unsent } from "./unsent";

type ShowNote = Extract<PushNote, { type: "show" }>;

/** What the page's types leave out of a notification. */
interface Options extends NotificationOptions {
  data?: Shown | { unsent: Unsent };
  renotify?: boolean;
  timestamp?: number;
  actions?: Action[];
}

interface Action {
  action: string;
  title: string;
  /** Where the platform takes words in the notification itself. */
  type?: "text";
  placeholder?: string;
}

export interface Composed {
  title: string;
  options: Options;
}

const APP = "Parley";
const looks = { icon: "/icon-192.png", badge: "/badge-96.png" };
const words = { en: pushedEn, ko: pushedKo };

const looksIn = (locale: string): Options => ({ ...looks, lang: languageOf(locale), dir: "auto" });
export const wordsIn = (locale: string) => words[languageOf(locale) satisfies Language];

/** Who it is from, or where it was said. */
export const titleOf = ({ kind, name, author }: ShowNote): string => (kind === "direct" ? author?.name : name) || APP;

export function bodyOf({ kind, author, text, unread, mention }: ShowNote, locale: string): string {
  const say = wordsIn(locale);
  if (author === null || text === "") return mention ? say.freshForMe : say.fresh(Math.max(1, unread));
  const words = withoutMarks(text);
  if (kind === "direct") return words;
  return mention ? say.calls(author.name, words) : `${author.name}: ${words}`;
}

const actionsIn = (locale: string): Action[] => {
  const { reply, write, read } = wordsIn(locale);
  return [
    { action: "reply", title: reply, type: "text", placeholder: write },
    { action: "read", title: read },
  ];
};

/** One notification for each channel: its tag is the channel. */
export function composeShow(note: ShowNote, locale: string): Composed {
  const { key, channel, life, user, seq, through, thread, unread, at } = note;
  return {
    title: titleOf(note),
    options: {
      ...looksIn(locale),
      body: bodyOf(note, locale),
      tag: channel,
      renotify: true,
      timestamp: at,
      actions: actionsIn(locale),
      data: { key, channel, life, user, seq, through, thread, unread },
    },
  };
}

export function composeTest(at: number, locale: string): Composed {
  const { works, worksHint } = wordsIn(locale);
  return { title: works, options: { ...looksIn(locale), body: worksHint, tag: "test", renotify: true, timestamp: at } };
}

/** Something came that this version cannot read; browsers want every push to be seen. */
export const composeUnknown = (locale: string): Composed => ({
  title: APP,
  options: { ...looksIn(locale), body: wordsIn(locale).unknown, tag: "unknown" },
});

/** It stands in the place of the one it was asked of, and can be asked again. */
export function composeNotRead(shown: Shown, locale: string): Composed {
  const { notRead: title, notReadHint: body } = wordsIn(locale);
  const { channel: tag } = shown;
  return {
    title,
    options: { ...looksIn(locale), ...{ body, tag, renotify: true, data: shown }, actions: actionsIn(locale) },
  };
}

/** The words are in nobody else's hands: nothing that comes of the channel takes its place. */
export function composeNotSent({ key, channel, seq, thread, user }: Shown, text: string, locale: string): Composed {
  const { notSent, notSentHint } = wordsIn(locale);
  const unsent = { user, channel, seq, thread, text };
  return {
    title: notSent,
    options: {
      ...looksIn(locale),
      ...{ body: notSentHint(text), tag: `failed/${channel}/${key}`, renotify: true, data: { unsent } },
    },
  };
}

/** Nothing is done in the name of whoever signed in after it came. */
export function composeNotYours(said: string, locale: string): Composed {
  const { notYours, notYoursHint } = wordsIn(locale);
  return {
    title: notYours,
    options: { ...looksIn(locale), body: `${notYoursHint} ${said}`.trim(), tag: "not yours", renotify: true },
  };
}
