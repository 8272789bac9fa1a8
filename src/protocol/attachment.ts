// The attachments of a message: what a message says of its files, and what a client sends for them.
// The bytes of a file have addresses of their own. Later versions add optional fields.
import * as z from "zod";
import { attachmentId } from "./ids";
import { limits } from "./limits";
import { countCodePoints, lineOf, storableText } from "./text";

/** Width and height in pixels, as shown: after the orientation of the file is applied. */
const dimension = z.int().min(1).max(limits.mediaPixels);

/**
 * The names of the forms in which a file is stored beside itself. `view`: a picture for a screen.
 * `thumbnail`: a small picture. `poster`: a picture of a video. The file itself is `original`.
 */
export const variantName = z.enum(["view", "thumbnail", "poster"]);

/** One of those forms. It is served from the address of the attachment with its name. */
export const attachmentVariant = z
  .object({
    name: variantName,
    /** The MIME type. */
    type: z.string(),
    /** The size in bytes. */
    size: z.int().min(0),
    width: dimension.optional(),
    height: dimension.optional(),
  })
  .meta({ id: "AttachmentVariant", description: "A smaller or other form of a file, made by its sender." });

export const attachment = z
  .object({
    id: attachmentId,
    /** The name of the file. */
    name: z.string(),
    /** The MIME type. The server has found it in the file. */
    type: z.string(),
    /** The size in bytes. */
    size: z.int().min(0),
    /** What the file shows, in words, for people who cannot see it. */
    alt: z.string().optional(),
    /** The size of a picture or a video, so that its place is reserved before it is loaded. */
    width: dimension.optional(),
    height: dimension.optional(),
    /** The duration of a video or a sound. Milliseconds. */
    durationMs: z.int().min(0).optional(),
    /** A blurred picture of a few bytes (thumbhash), as base64. */
    thumbhash: z.string().optional(),
    /** The loudness of a voice message over its time, 0 to 255 each. */
    waveform: z.array(z.int().min(0).max(255)).optional(),
    /** The other forms of the file. Left out if there are none. */
    variants: z.array(attachmentVariant).optional(),
  })
  .meta({ id: "Attachment", description: "A file of a message." });

/** What a preview says of attachments: how many there are, and the first one. */
export const attachmentSummary = z.object({ count: z.int().min(1), name: z.string(), type: z.string() });

/**
 * What a completed upload, or the forward of a file, gives the client. The client does not read it.
 * It makes one attachment of one message.
 */
export const ticket = z
  .string()
  .min(1)
  .max(limits.ticketCharacters)
  .meta({ description: "A ticket of a file, from the end of an upload." });

/** What a file shows, in words. White space at both ends is dropped; the text may be empty. */
export const altText = storableText(2 * limits.altCodePoints, `must have at most ${limits.altCodePoints} characters`)
  .transform((text) => text.trim())
  .refine((text) => countCodePoints(text) <= limits.altCodePoints, {
    error: `must have at most ${limits.altCodePoints} characters`,
  })
  .meta({ description: `What a file shows, in words: at most ${limits.altCodePoints} code points.` });

/** A file to send: its ticket, or its ticket with what the file shows. */
export const sentAttachment = z.union([ticket, z.object({ ticket, alt: altText.optional() })]);

/** The files of a message that is sent, in their order. */
export const sentAttachments = z.array(sentAttachment).max(limits.attachmentsPerMessage);

/**
 * The attachments that a message keeps after an edit, in their order. `alt` replaces what the
 * attachment shows, in words; an empty text removes it, and without `alt` it stays. The file of an
 * attachment that is not named is deleted.
 */
export const keptAttachments = z
  .array(z.object({ id: attachmentId, alt: altText.optional() }))
  .max(limits.attachmentsPerMessage);

export type Attachment = z.infer<typeof attachment>;
export type AttachmentVariant = z.infer<typeof attachmentVariant>;
export type AttachmentSummary = z.infer<typeof attachmentSummary>;
export type VariantName = z.infer<typeof variantName>;
export type SentAttachment = z.infer<typeof sentAttachment>;
export type KeptAttachment = z.infer<typeof keptAttachments>[number];

/** The attachments of a message that has none. Frames leave them out. Bound: empty. */
export const noAttachments: Attachment[] = [];

/**
 * Returns the summary of a message's attachments as the field of a preview; no field if there are
 * none.
 */
export function attachmentsField(attachments: readonly Attachment[]): { attachments?: AttachmentSummary } {
  const [first] = attachments;
  if (!first) return {};
  return { attachments: { count: attachments.length, name: lineOf(first.name), type: first.type } };
}
