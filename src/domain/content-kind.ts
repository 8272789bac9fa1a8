// What a message has beside words, as the search `has:` names it.
import type { MessageParts } from "./message";

/** `file`: any attachment, pictures and sounds included. */
export const contentKinds = ["image", "video", "audio", "file", "link"] as const;
export type ContentKind = (typeof contentKinds)[number];

const link = /\bhttps?:\/\/[^\s/]/i;

/** Returns whether a message has something of a kind. */
export function hasKind({ text, attachments }: MessageParts, kind: ContentKind): boolean {
  if (kind === "link") return link.test(text);
  return attachments.some(({ type }) => kind === "file" || type.startsWith(`${kind}/`));
}

/** Returns the kinds of a message's attachments. */
export const attachedKinds = (parts: MessageParts): ContentKind[] =>
  parts.attachments.length === 0 ? [] : contentKinds.filter((kind) => kind !== "link" && hasKind(parts, kind));
