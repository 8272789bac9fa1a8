// Uploads over HTTP. A file arrives in parts of one size and becomes a ticket, which a message
// turns into an attachment. SPEC.md S240 to S249 state the rules.
import * as z from "zod";
import { fileName } from "./file-name";
import { fileVariant, servedVariant } from "./file-variant";
import { uploadId } from "./ids";
import { limits } from "./limits";

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
    variants: z.array(fileVariant),
    /** When the server forgets an upload that is not complete. Epoch milliseconds. */
    expiresAt: z.int(),
  })
  .meta({ id: "Upload", description: "An upload, and what has arrived of it." });

/** A side of a picture in pixels. */
const side = z.int().min(1).max(limits.imageSide);

/**
 * Completes an upload. The client says what it measured; the server replaces what it can read in
 * the file itself.
 */
export const completeUpload = z
  .object({
    width: side.optional(),
    height: side.optional(),
    durationMs: z.int().min(0).max(limits.mediaDurationMs).optional(),
    /** Base64 of a thumbhash, for the place of a picture that has not arrived. */
    thumbhash: z
      .string()
      .max(limits.thumbhashCharacters)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/)
      .optional(),
    /** Base64 of the loudness of a recording, one byte a bar. */
    waveform: z
      .string()
      .max(limits.waveformCharacters)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/)
      .optional(),
  })
  .meta({ id: "CompleteUpload" });

/** A file that is stored. `ticket` makes one attachment of a message in the channel. */
export const completedUpload = z
  .object({
    ticket: z.string(),
    /** When the ticket ends. Epoch milliseconds. */
    expiresAt: z.int(),
    name: z.string(),
    /** What the file is, by its own bytes. */
    type: z.string(),
    size: z.int().min(1),
    width: side.optional(),
    height: side.optional(),
    durationMs: z.int().min(0).optional(),
    thumbhash: z.string().optional(),
    waveform: z.string().optional(),
    variants: z.array(fileVariant),
  })
  .meta({ id: "CompletedUpload" });

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

export type OpenUpload = z.infer<typeof openUpload>;
export type Upload = z.infer<typeof upload>;
export type CompleteUpload = z.infer<typeof completeUpload>;
export type CompletedUpload = z.infer<typeof completedUpload>;
export type FileLink = z.infer<typeof fileLink>;
