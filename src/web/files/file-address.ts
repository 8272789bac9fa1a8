// The addresses of the bytes of attachments.
import type { ServedVariant } from "../../protocol";
import type { Attachment } from "../../sdk";

export const addressOf = ({ id, name }: Pick<Attachment, "id" | "name">, variant: ServedVariant): string =>
  `/v1/files/${id}/${variant}/${encodeURIComponent(name)}`;

/** Returns the first of these variants that a file has; otherwise the file itself. */
export const variantOf = (
  { variants = [] }: Pick<Attachment, "variants">,
  ...wanted: Exclude<ServedVariant, "original">[]
): ServedVariant => wanted.find((name) => variants.some((variant) => variant.name === name)) ?? "original";

/** The kinds in which the page shows a file. */
export type ShownKind = "image" | "video" | "audio" | "file";

export function kindOfFile({ type }: Pick<Attachment, "type">): ShownKind {
  if (/^image\/(jpeg|png|gif|webp|avif|apng|bmp)$/.test(type)) return "image";
  if (/^video\/(mp4|webm|ogg|quicktime)$/.test(type)) return "video";
  return type.startsWith("audio/") ? "audio" : "file";
}
