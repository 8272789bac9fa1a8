// What counts as text. One rule for every entrance: well-formed Unicode, no NUL, length in code points.
import * as z from "zod";
import { limits } from "./limits";

/** Code points of `text`, counted without building an array. */
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

/** Bytes of well-formed `text` in UTF-8. */
export function countUtf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Whether `text` survives storage unchanged: no lone surrogate (SQLite would store U+FFFD) and no NUL (SQL would cut it). */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

const hasVisibleText = (text: string): boolean => /\S/u.test(text);

/** Whether a text may stand in a message, but for its length. */
export const isMessageText = (text: string): boolean => isStorable(text) && hasVisibleText(text);

const storable = (text: z.ZodString) =>
  text.refine(isStorable, { error: "must be well-formed Unicode without NUL", abort: true });

/** The body of a message: 1 to 100,000 code points, not only white space. */
export const messageText = storable(z.string())
  .refine((text) => text.length <= limits.messageCodePoints || countCodePoints(text) <= limits.messageCodePoints, {
    error: `must be at most ${limits.messageCodePoints} characters`,
    params: { code: "message_too_long" },
  })
  .refine(hasVisibleText, { error: "must not be empty" })
  .meta({ description: `Text of a message: at most ${limits.messageCodePoints} code points, well-formed, no NUL.` });

/** A name for people to read. White space is trimmed and folded; invisible-only names are refused. */
export const displayName = storable(z.string())
  .transform((name) => name.normalize("NFC").replace(/\s+/gu, " ").trim())
  .refine((name) => countCodePoints(name) <= limits.nameCodePoints, {
    error: `must be at most ${limits.nameCodePoints} characters`,
  })
  .refine((name) => /[\p{L}\p{N}\p{S}\p{P}]/u.test(name), { error: "must have a visible character" })
  .refine((name) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name), { error: "must not steer text direction" })
  .meta({ description: `Display name: 1 to ${limits.nameCodePoints} code points.` });

/** What a group is for. May be empty. */
export const topic = storable(z.string())
  .transform((text) => text.normalize("NFC").trim())
  .refine((text) => countCodePoints(text) <= limits.topicCodePoints, {
    error: `must be at most ${limits.topicCodePoints} characters`,
  })
  .meta({ description: `Topic: at most ${limits.topicCodePoints} code points.` });

/** One emoji, as it is typed; compared as it stands, so clients send the fully qualified form. */
export const emoji = storable(z.string())
  .refine((text) => countUtf8Bytes(text) <= limits.emojiBytes, { error: `must be at most ${limits.emojiBytes} bytes` })
  .refine((text) => /^(?:\p{RGI_Emoji})$/v.test(text), { error: "must be one emoji" })
  .meta({ description: "One emoji (Unicode's RGI set)." });

/** The name people find each other by: lower case ASCII letters, digits, dots, dashes and underscores. */
export const handle = z
  .string()
  .transform((text) => text.trim().replace(/^@/, "").toLowerCase())
  .refine((text) => new RegExp(`^[a-z0-9][a-z0-9._-]{${limits.handleMin - 1},${limits.handleMax - 1}}$`).test(text), {
    error: `must be ${limits.handleMin} to ${limits.handleMax} letters, digits, dots, dashes or underscores`,
  })
  .meta({ description: `Handle: ${limits.handleMin} to ${limits.handleMax} of a-z 0-9 . _ -, case folded.` });

export const password = storable(z.string())
  .refine((text) => countCodePoints(text) >= limits.passwordMin, {
    error: `must be at least ${limits.passwordMin} characters`,
  })
  .refine((text) => countUtf8Bytes(text) <= limits.passwordMaxBytes, {
    error: `must be at most ${limits.passwordMaxBytes} bytes`,
  })
  .meta({ description: `Password: ${limits.passwordMin} characters to ${limits.passwordMaxBytes} bytes.` });

/** The first line or so of a message, for lists. White space is folded; no code point is cut in two. */
export function previewOf(text: string, codePoints: number = limits.previewCodePoints): string {
  const start = text.slice(0, codePoints * 4).replace(/[\ud800-\udbff]$/, "");
  return [...start.replace(/\s+/gu, " ").trim()].slice(0, codePoints).join("");
}
