// The attachments of a message: what a message says of its files. The files themselves are not on
// this wire. Later versions add optional fields.
import * as z from "zod";
import { attachmentId } from "./ids";
import { lineOf } from "./text";

export const attachment = z
  .object({
    id: attachmentId,
    /** The name of the file. */
    name: z.string(),
    /** The MIME type. */
    type: z.string(),
    /** The size in bytes. */
    size: z.int().min(0),
    /** What the file shows, in words, for people who cannot see it. */
    alt: z.string().optional(),
  })
  .meta({ id: "Attachment", description: "A file of a message." });

/** What a preview says of attachments: how many there are, and the first one. */
export const attachmentSummary = z.object({ count: z.int().min(1), name: z.string(), type: z.string() });

export type Attachment = z.infer<typeof attachment>;
export type AttachmentSummary = z.infer<typeof attachmentSummary>;

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
