// Uploads over HTTP. A file arrives in parts of one size and becomes a ticket, which a message
// turns into an attachment. SPEC.md S231 to S240 state the rules.
import * as z from "zod";
import { attachment, ticket, variantName } from "./attachment";
import { fileName } from "./file-name";
import { channelId, uploadId } from "./ids";
import { limits } from "./limits";

/** What is served of an attachment: the file itself or one of its variants. */
export const servedVariant = z.enum(["original", ...variantName.options]);

/** A MIME type without parameters. What the file is decides in the end, not this. */
export const mimeType = z
  .string()
  .max(limits.mimeTypeCharacters)
  .transform((type) => type.split(";")[0]?.trim().toLowerCase() ?? "")
  .refine((type) => type === "" || /^[a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*$/.test(type), { error: "must be a MIME type" });

/** Begins the upload of a file of `size` bytes. */
export const openUpload = z
  .object({ name: fileName, size: z.int().min(1), type: mimeType.default("") })
  .meta({ id: "OpenUpload", description: "A file that the client is about to upload." });

/** An upload that is not complete. */
export const upload = z
  .object({
    id: uploadId,
    name: z.string(),
    size: z.int().min(1),
    /** The size of each part except the last, which has the rest. */
    partSize: z.int().min(1),
    /** How many parts there are, numbered from 1. */
    parts: z.int().min(1),
    /** The parts that have arrived, in ascending order. */
    received: z.array(z.int().min(1)),
    /** The variants that have arrived. */
    variants: z.array(variantName),
    /** When the server forgets an upload that is not complete. Epoch milliseconds. */
    expiresAt: z.int(),
  })
  .meta({ id: "Upload", description: "An upload, and what has arrived of it." });

/** What a client measures of a file: see `attachment`. */
const measured = attachment.pick({ width: true, height: true, durationMs: true, thumbhash: true, waveform: true });

/**
 * Completes an upload. The client says what it measured; the server replaces what it can read in
 * the file itself.
 */
export const completeUpload = measured
  .extend({
    thumbhash: z.string().max(limits.thumbhashCharacters).optional(),
    waveform: z.array(z.int().min(0).max(255)).max(limits.waveformValues).optional(),
  })
  .meta({ id: "CompleteUpload" });

/** A file that is stored. `ticket` makes one attachment of a message in the channel. */
export const completedUpload = attachment
  .omit({ id: true, alt: true })
  .extend({
    ticket,
    /** When the ticket ends. Epoch milliseconds. */
    expiresAt: z.int(),
  })
  .meta({ id: "CompletedUpload" });

/** Asks for a ticket of a file of a message, to send it again, in `channel`. */
export const forwardFile = z.object({ channel: channelId }).meta({ id: "ForwardFile" });

/** Asks for an address of an attachment that needs no sign-in, for players outside of a page. */
export const fileLinkQuery = z.object({ variant: servedVariant.default("original") }).meta({ id: "FileLinkQuery" });
export const fileLink = z
  .object({
    /** Relative to the origin of the server. */
    url: z.string(),
    /** Epoch milliseconds. */
    expiresAt: z.int(),
  })
  .meta({ id: "FileLink" });

export type ServedVariant = z.infer<typeof servedVariant>;
export type OpenUpload = z.infer<typeof openUpload>;
export type Upload = z.infer<typeof upload>;
export type CompleteUpload = z.infer<typeof completeUpload>;
export type CompletedUpload = z.infer<typeof completedUpload>;
export type FileLink = z.infer<typeof fileLink>;
