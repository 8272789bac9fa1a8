// The forms in which a file is stored and served.
import * as z from "zod";

/**
 * The smaller forms of a file that the client makes: `thumb`, a picture of at most 320 px; `view`,
 * one of at most 1,600 px; `poster`, a picture of a video.
 */
export const fileVariant = z.enum(["thumb", "view", "poster"]);

/** What is served of an attachment: the file itself or one of its variants. */
export const servedVariant = z.enum(["original", ...fileVariant.options]);

export type FileVariant = z.infer<typeof fileVariant>;
export type ServedVariant = z.infer<typeof servedVariant>;
