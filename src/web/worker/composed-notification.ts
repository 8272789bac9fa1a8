// What each notification of the service worker shows, in the person's language.
import { languageOf } from "../../text/language";
import { notificationText } from "../../text/notification";
import {
  APP_NAME,
  contentOf,
  missedContentOf,
  type RingStartNote,
  type ShowNote,
} from "../../text/notification-composer";
import type { ShownRing } from "./ring-note";
import type { ShownNotification } from "./shown-notification";
import type { UnsentReply } from "./unsent-reply";

/** The options of a notification, with the fields that the page's types do not have. */
interface Options extends NotificationOptions {
  data?: ShownNotification | { unsent: UnsentReply } | { ring: ShownRing };
  renotify?: boolean;
  timestamp?: number;
  actions?: Action[];
}

interface Action {
  action: string;
  title: string;
  /** Asks for a text input inside the notification, on platforms that have one. */
  type?: "text";
  placeholder?: string;
}

export interface ComposedNotification {
  title: string;
  options: Options;
}

const icons = { icon: "/icon-192.png", badge: "/badge-96.png" };

const textsFor = (locale: string) => notificationText[languageOf(locale)];
const commonOptions = (locale: string): Options => ({ ...icons, lang: languageOf(locale), dir: "auto" });

const actionsFor = (locale: string): Action[] => {
  const { reply, replyPlaceholder, markRead } = textsFor(locale);
  return [
    { action: "reply", title: reply, type: "text", placeholder: replyPlaceholder },
    { action: "read", title: markRead },
  ];
};

/**
 * Returns the notification of a message. Its tag is the channel: a channel has one notification at
 * a time.
 */
export function composeShow(note: ShowNote, locale: string): ComposedNotification {
  const { key, channel, epochNumber, user, seq, through, thread, unread, at, rewords } = note;
  const { title, body } = contentOf(note, languageOf(locale));
  return {
    title,
    options: {
      ...commonOptions(locale),
      body,
      tag: channel,
      renotify: true,
      timestamp: at,
      actions: actionsFor(locale),
      data: { key, channel, epochNumber, user, seq, through, thread, unread, ...(rewords && { rewords }) },
    },
  };
}

/**
 * Returns the notification of a call that rings. It stays until the person acts or the ring ends.
 */
export function composeRing(note: RingStartNote, tag: string, locale: string): ComposedNotification {
  const { channel, epochNumber, user, call, at } = note;
  const { answerCall, declineCall } = textsFor(locale);
  const actions = [
    { action: "answer", title: answerCall },
    { action: "decline", title: declineCall },
  ];
  const { title, body } = contentOf(note, languageOf(locale));
  const ring = { channel, epochNumber, user, call };
  return {
    title,
    options: {
      ...commonOptions(locale),
      ...{ body, tag, renotify: true, requireInteraction: true, timestamp: at, actions, data: { ring } },
    },
  };
}

/** Returns the notification that stays of a ring which nobody answered, without a sound. */
export function composeMissedCall(
  title: string,
  { channel, epochNumber, user, call }: ShownRing,
  tag: string,
  locale: string,
): ComposedNotification {
  const { body } = missedContentOf(title, languageOf(locale));
  const data = { ring: { channel, epochNumber, user, call } };
  return { title, options: { ...commonOptions(locale), body, tag, silent: true, data } };
}

export function composeTest(key: string, at: number, locale: string): ComposedNotification {
  const { title, body } = contentOf({ type: "test", key, at }, languageOf(locale));
  return { title, options: { ...commonOptions(locale), body, tag: "test", renotify: true, timestamp: at } };
}

/**
 * Returns the notification for a push that this version cannot read. Browsers require a
 * notification for each push.
 */
export const composeUnknown = (locale: string): ComposedNotification => ({
  title: APP_NAME,
  options: { ...commonOptions(locale), body: textsFor(locale).unknown, tag: "unknown" },
});

/**
 * Returns the replacement of a notification that could not be marked as read. Its actions work
 * again.
 */
export function composeNotRead(shown: ShownNotification, locale: string): ComposedNotification {
  const { notRead: title, notReadHint: body } = textsFor(locale);
  const { channel: tag } = shown;
  return {
    title,
    options: { ...commonOptions(locale), ...{ body, tag, renotify: true, data: shown }, actions: actionsFor(locale) },
  };
}

/**
 * Returns the notification of a reply that was not sent. It has a tag of its own, so that no later
 * notification of the channel replaces it: the reply is stored nowhere else.
 */
export function composeNotSent(
  { key, channel, seq, thread, user }: ShownNotification,
  text: string,
  locale: string,
): ComposedNotification {
  const { notSent, notSentHint } = textsFor(locale);
  const unsent = { user, channel, seq, thread, text };
  return {
    title: notSent,
    options: {
      ...commonOptions(locale),
      ...{ body: notSentHint(text), tag: `failed/${channel}/${key}`, renotify: true, data: { unsent } },
    },
  };
}

/**
 * Returns the notification after a click on one of an account that is no longer signed in: nothing
 * was done.
 */
export function composeOtherAccount(reply: string, locale: string): ComposedNotification {
  const { otherAccount, otherAccountHint } = textsFor(locale);
  return {
    title: otherAccount,
    options: {
      ...commonOptions(locale),
      body: `${otherAccountHint} ${reply}`.trim(),
      tag: "other account",
      renotify: true,
    },
  };
}
