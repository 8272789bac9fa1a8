// Small pictures, made in the test: a PNG with every pixel, and the structures of JPEG, WebP, GIF and
// ISO media around bytes that no decoder reads here.
import { chunkOf } from "../../src/media/png";

export const concat = (...parts: (Uint8Array | readonly number[] | string)[]): Uint8Array => {
  const arrays = parts.map((part) => (typeof part === "string" ? latin(part) : Uint8Array.from(part)));
  const whole = new Uint8Array(arrays.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of arrays) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Returns the bytes of characters below U+0100. */
export const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

export const PNG_SIGNATURE = latin("\x89PNG\r\n\x1a\n");

export const bigEndian = (value: number, bytes = 4): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) % 256);
export const littleEndian = (value: number, bytes = 4): number[] => bigEndian(value, bytes).reverse();

export const headerOf = (width: number, height: number): Uint8Array =>
  chunkOf("IHDR", concat(bigEndian(width), bigEndian(height), [8, 2, 0, 0, 0]));

/** Returns the compressed rows of a picture whose pixels all differ. */
export async function pixelsOf(width: number, height: number): Promise<Uint8Array> {
  const rows = new Uint8Array(height * (1 + 3 * width));
  for (let i = 0; i < rows.length; i++) rows[i] = i % (1 + 3 * width) === 0 ? 0 : (i * 7) % 251;
  const stream = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Returns a PNG, with chunks between its header and its pixels. */
export async function pngOf(width: number, height: number, ...chunks: Uint8Array[]): Promise<Uint8Array> {
  const pixels = chunkOf("IDAT", await pixelsOf(width, height));
  return concat(PNG_SIGNATURE, headerOf(width, height), ...chunks, pixels, chunkOf("IEND", new Uint8Array()));
}
