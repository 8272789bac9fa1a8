// Looks into a complete file: what it is, how large its picture is, and what has to be taken out of
// it before anybody sees it.
import { limits } from "../protocol";
import { type ByteSource, MalformedFile, WindowReader } from "./byte-source";
import { isIsoMedia, SNIFFED_BYTES, typeOf, UNKNOWN_TYPE } from "./file-type";
import { stripGif } from "./gif";
import { stripIsoMedia } from "./iso-media";
import { stripJpeg } from "./jpeg";
import { type FilePiece, isWhole } from "./pieces";
import { stripPng } from "./png";
import { stripWebp } from "./webp";

export interface Inspection {
  /** The MIME type. */
  type: string;
  /** The size of a picture in pixels, as it is shown; null for other files. */
  picture: { width: number; height: number } | null;
  /** How the file is rewritten; null if nothing has to be taken out. */
  pieces: FilePiece[] | null;
}

/** A picture that a device could hardly decode. Its size is read, and nothing is decoded. */
export class PictureTooLarge extends Error {
  override readonly name = "PictureTooLarge";
}

interface Stripped {
  width: number;
  height: number;
  pieces: FilePiece[];
}

/**
 * Inspects a file of which the client says that it is of the type `declared`. A picture or video
 * that is malformed counts as a file of no known type. Throws `PictureTooLarge`.
 */
export async function inspect(source: ByteSource, declared: string): Promise<Inspection> {
  const reader = new WindowReader(source);
  const type = typeOf(await reader.bytes(0, Math.min(SNIFFED_BYTES, source.size)), declared);
  let stripped: Stripped | null;
  try {
    stripped = await strip(reader, type);
  } catch (error) {
    if (!(error instanceof MalformedFile)) throw error;
    return { type: UNKNOWN_TYPE, picture: null, pieces: null };
  }
  if (stripped === null) return { type, picture: null, pieces: null };
  const { width, height, pieces } = stripped;
  if (width * height > limits.imagePixels || Math.max(width, height) > limits.mediaPixels) throw new PictureTooLarge();
  return {
    type,
    picture: width > 0 && height > 0 ? { width, height } : null,
    pieces: isWhole(pieces, source.size) ? null : pieces,
  };
}

async function strip(reader: WindowReader, type: string): Promise<Stripped | null> {
  if (type === "image/jpeg") return await stripJpeg(reader);
  if (type === "image/png") return await stripPng(reader);
  if (type === "image/webp") return await stripWebp(reader);
  if (type === "image/gif") return await stripGif(reader);
  if (!isIsoMedia(type)) return null;
  const isPicture = type.startsWith("image/");
  const media = await stripIsoMedia(reader, isPicture);
  // The size before the picture is turned: the client measures the one that is shown.
  return media;
}
