// The rules of texts, the same for sockets and HTTP: well-formed Unicode, no NUL, length in code
// points.
import * as z from "zod";
import { limits } from "./limits";
import { changesDirection, cleanName, isVisible } from "./visible-text";

/** Returns the number of code points of `text`, counted without an array. */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      count--;
      i++;
    }
  }
  return count;
}

/** Returns the number of bytes of well-formed `text` in UTF-8. */
export function countUtf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/**
 * Returns whether storage keeps `text` unchanged. SQLite would replace a lone surrogate by U+FFFD
 * and cut the text at a NUL.
 */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** Returns whether a text is allowed in a message, apart from its length. */
export const isMessageText = (text: string): boolean => isStorable(text) && isVisible(text);

/**
 * A text of at most `units` UTF-16 units, a bound that is checked before anything else is done with
 * the text. `error` is the message of a text beyond it.
 */
export const storableText = (units: number, error = `must have at most ${units} characters`) =>
  z
    .string()
    .max(units, { error })
    .refine(isStorable, { error: "must be well-formed Unicode without NUL", abort: true });

const tooLong = `must have at most ${limits.messageCodePoints} characters`;

/** A text of at most `messageCodePoints` code points, which may be empty. */
export const longText = storableText(2 * limits.messageCodePoints, tooLong).refine(
  (text) => text.length <= limits.messageCodePoints || countCodePoints(text) <= limits.messageCodePoints,
  { error: tooLong, params: { code: "message_too_long" } },
);

/** The text of a message: 1 to `messageCodePoints` code points, of which one shows something. */
export const messageText = longText
  .refine(isVisible, { error: "must have a visible character" })
  .meta({ description: `Text of a message: at most ${limits.messageCodePoints} code points, well-formed, no NUL.` });

const isPlainLine = (text: string): boolean => !/\p{Cc}/u.test(text) && !changesDirection(text);
const notPlain = "must not contain control characters or change the text direction";

/**
 * A display name. Format characters are dropped, white space is trimmed and folded. A name needs a
 * visible character.
 */
export const displayName = storableText(limits.typedNameCharacters)
  .refine((name) => isPlainLine(name.replace(/\s/gu, " ")), { error: notPlain })
  .transform(cleanName)
  .refine((name) => countCodePoints(name) <= limits.nameCodePoints, {
    error: `must have at most ${limits.nameCodePoints} characters`,
  })
  .refine((name) => /[\p{L}\p{N}\p{S}\p{P}]/u.test(name), { error: "must contain a visible character" })
  .meta({ description: `Display name: 1 to ${limits.nameCodePoints} code points.` });

/** The topic of a group, with line breaks and tabs as typed. It may be empty. */
export const topic = storableText(limits.typedTopicCharacters)
  .refine((text) => isPlainLine(text.replace(/\s/gu, " ")), { error: notPlain })
  .transform((text) => {
    const trimmed = text.normalize("NFC").trim();
    return isVisible(trimmed) ? trimmed : "";
  })
  .refine((text) => countCodePoints(text) <= limits.topicCodePoints, {
    error: `must have at most ${limits.topicCodePoints} characters`,
  })
  .meta({ description: `Topic: at most ${limits.topicCodePoints} code points.` });

/**
 * One emoji. Emoji are compared without normalization, so clients send the fully qualified form.
 */
export const emoji = storableText(limits.emojiBytes)
  .refine((text) => countUtf8Bytes(text) <= limits.emojiBytes, {
    error: `must have at most ${limits.emojiBytes} bytes`,
  })
  .refine((text) => /^(?:\p{RGI_Emoji})$/v.test(text), { error: "must be one emoji" })
  .meta({ description: "One emoji (Unicode's RGI set)." });

/**
 * The unique name of an account: lower case ASCII letters, digits, dots, dashes and underscores.
 */
export const handle = z
  .string()
  .max(limits.typedHandleCharacters)
  .transform((text) => text.trim().replace(/^@/, "").toLowerCase())
  .refine((text) => new RegExp(`^[a-z0-9][a-z0-9._-]{${limits.handleMin - 1},${limits.handleMax - 1}}$`).test(text), {
    error: `must have ${limits.handleMin} to ${limits.handleMax} letters, digits, dots, dashes or underscores`,
  })
  .meta({ description: `Handle: ${limits.handleMin} to ${limits.handleMax} of a-z 0-9 . _ -, case folded.` });

export const password = storableText(limits.passwordMaxBytes, `must have at most ${limits.passwordMaxBytes} bytes`)
  .refine((text) => countCodePoints(text) >= limits.passwordMin, {
    error: `must have at least ${limits.passwordMin} characters`,
  })
  .refine((text) => countUtf8Bytes(text) <= limits.passwordMaxBytes, {
    error: `must have at most ${limits.passwordMaxBytes} bytes`,
  })
  .meta({ description: `Password: ${limits.passwordMin} characters to ${limits.passwordMaxBytes} bytes.` });

/** Returns the beginning of a text in one line: white space is folded. No code point is split. */
export function lineOf(text: string, codePoints: number = limits.previewCodePoints): string {
  const start = text.slice(0, codePoints * 4).replace(/[\ud800-\udbff]$/, "");
  return [...start.replace(/\s+/gu, " ").trim()].slice(0, codePoints).join("");
}
