// Prepares a file for a message: measures it, and makes the smaller pictures that others load
// first. The browser decodes; a file that it cannot decode is sent as it is.
import { limits, type VariantName } from "../../protocol";
import type { FileVariantBytes, OutgoingFile } from "../../sdk";
import { HASHED_SIDE, thumbhashOf } from "./thumbhash";

/** The longest sides of the smaller pictures. */
const VIEW_SIDE = 1_600;
const THUMBNAIL_SIDE = 320;
const VIEW_QUALITY = 0.82;
/** A picture of these types may move, and a smaller one would not. */
const mayMove = /^image\/(gif|webp|apng|png|avif)$/;
/** How long a video may take to show its first frame. */
const VIDEO_TIMEOUT_MS = 8_000;

type Drawable = ImageBitmap | HTMLVideoElement;

/** Returns the file with what could be made of it. Never rejects. */
export async function prepareFile(file: File): Promise<OutgoingFile> {
  const plain: OutgoingFile = { bytes: file, name: file.name || "file", type: file.type };
  try {
    if (file.type.startsWith("image/")) return await preparePicture(plain);
    if (file.type.startsWith("video/")) return await prepareVideo(plain);
  } catch {
    // The browser does not know the format. Others may.
  }
  return plain;
}

async function preparePicture(plain: OutgoingFile): Promise<OutgoingFile> {
  const bitmap = await createImageBitmap(plain.bytes);
  try {
    const { width, height } = bitmap;
    const variants = await variantsOf(
      bitmap,
      width,
      height,
      mayMove.test(plain.type) ? ["thumbnail"] : ["view", "thumbnail"],
    );
    return { ...plain, measured: { width, height, thumbhash: hashOf(bitmap, width, height) }, variants };
  } finally {
    bitmap.close();
  }
}

async function prepareVideo(plain: OutgoingFile): Promise<OutgoingFile> {
  const url = URL.createObjectURL(plain.bytes);
  const video = document.createElement("video");
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(reject, VIDEO_TIMEOUT_MS);
      video.onloadeddata = () => {
        clearTimeout(timer);
        resolve();
      };
      video.onerror = reject;
      video.muted = true;
      video.preload = "auto";
      video.src = url;
    });
    const { videoWidth: width, videoHeight: height } = video;
    const durationMs = Number.isFinite(video.duration) ? Math.round(video.duration * 1_000) : undefined;
    const measured = { ...(durationMs !== undefined && { durationMs }) };
    if (width === 0 || height === 0) return { ...plain, measured };
    const variants = await variantsOf(video, width, height, ["poster"]);
    return { ...plain, measured: { ...measured, width, height, thumbhash: hashOf(video, width, height) }, variants };
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

const sides: Readonly<Record<VariantName, number>> = { view: VIEW_SIDE, thumbnail: THUMBNAIL_SIDE, poster: VIEW_SIDE };

/** Leaves out a picture that would not be smaller than the file. */
async function variantsOf(
  source: Drawable,
  width: number,
  height: number,
  names: readonly VariantName[],
): Promise<FileVariantBytes[]> {
  const made: FileVariantBytes[] = [];
  for (const name of names) {
    const scale = sides[name] / Math.max(width, height);
    if (scale >= 1 && name !== "poster") continue;
    const canvas = drawn(source, width, height, Math.min(1, scale));
    const bytes = await canvas.convertToBlob({ type: "image/webp", quality: VIEW_QUALITY });
    if (bytes.size <= limits.variantBytes) made.push({ name, bytes });
  }
  return made;
}

function drawn(source: Drawable, width: number, height: number, scale: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser draws no pictures");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function hashOf(source: Drawable, width: number, height: number): string {
  const canvas = drawn(source, width, height, Math.min(1, HASHED_SIDE / Math.max(width, height)));
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height);
  if (!pixels) throw new Error("the browser reads no pictures");
  return thumbhashOf({ width: pixels.width, height: pixels.height, rgba: new Uint8ClampedArray(pixels.data) });
}
