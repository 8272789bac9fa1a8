// Small pictures, made in the test: a PNG with every pixel, and the structures of JPEG, WebP, GIF
// and ISO media around bytes that no decoder reads here.
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

/** Returns a TIFF block as a camera writes it: the orientation, the maker, and a place. */
export function cameraTiff(orientation: number, place = "PLACE 37.5665N 126.9780E"): Uint8Array {
  const entry = (tag: number, type: number, count: number, value: number[]): number[] => [
    ...[...littleEndian(tag, 2), ...littleEndian(type, 2), ...littleEndian(count), ...value],
  ];
  const after = 8 + 2 + 12 * 3 + 4;
  return concat(
    ...["II", littleEndian(42, 2), littleEndian(8)],
    littleEndian(3, 2),
    entry(0x010f, 2, place.length, littleEndian(after)),
    entry(0x0112, 3, 1, [...littleEndian(orientation, 2), 0, 0]),
    entry(0x8825, 4, 1, littleEndian(after)),
    ...[littleEndian(0), place],
  );
}

const segment = (marker: number, data: Uint8Array | string): Uint8Array =>
  concat([0xff, marker], bigEndian(data.length + 2, 2), typeof data === "string" ? latin(data) : data);

/** The parts of a JPEG that must come back as they are. */
export const jpegParts = (width: number, height: number) => ({
  jfif: segment(0xe0, "JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
  profile: segment(0xe2, "ICC_PROFILE\0\x01\x01colours"),
  adobe: segment(0xee, "Adobe\0\x64\0\0\0\0\0"),
  tables: segment(0xdb, concat([0], new Uint8Array(64).fill(3))),
  frame: segment(0xc0, concat([8], bigEndian(height, 2), bigEndian(width, 2), [1, 1, 0x11, 0])),
  scan: concat(segment(0xda, concat([1, 1, 0, 0, 63, 0])), [0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56, 0xff, 0, 0x78]),
});

/** What a camera puts beside the picture, each with a word that must not come back. */
export const jpegSecrets = (orientation: number): Uint8Array[] => [
  segment(0xe1, concat("Exif\0\0", cameraTiff(orientation))),
  segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>PLACE</x:xmpmeta>"),
  segment(0xe2, "MPF\0II*\0PLACE"),
  segment(0xed, "Photoshop 3.0\0PLACE"),
  segment(0xfe, "a comment of PLACE"),
];

/** What phones put after the end of a picture. */
export const AFTER_END = concat([0xff, 0xd8], "another picture of PLACE", [0xff, 0xd9]);

export function jpegOf(width: number, height: number, orientation: number): Uint8Array {
  const { jfif, profile, adobe, tables, frame, scan } = jpegParts(width, height);
  const secrets = jpegSecrets(orientation);
  return concat([0xff, 0xd8], jfif, ...secrets, profile, adobe, tables, frame, scan, [0xff, 0xd9], AFTER_END);
}

const riffChunk = (name: string, data: Uint8Array): Uint8Array =>
  concat(name, littleEndian(data.length), data, data.length % 2 ? [0] : []);

/** The parts of a WebP that must come back as they are. */
export const webpParts = (width: number, height: number) => ({
  profile: riffChunk("ICCP", latin("colours")),
  image: riffChunk("VP8L", concat([0x2f], littleEndian((width - 1) | ((height - 1) << 14)), "pixels of it")),
});

export function webpOf(width: number, height: number, orientation: number): Uint8Array {
  const { profile, image } = webpParts(width, height);
  const flags = [0x2c, 0, 0, 0];
  const extended = concat(flags, littleEndian(width - 1, 3), littleEndian(height - 1, 3));
  const secrets = [riffChunk("EXIF", cameraTiff(orientation)), riffChunk("XMP ", latin("<x:xmpmeta>PLACE"))];
  const chunks = concat(
    "WEBP",
    riffChunk("VP8X", extended),
    profile,
    image,
    ...secrets,
    riffChunk("junk", latin("PLACE")),
  );
  return concat("RIFF", littleEndian(chunks.length), chunks, "PLACE after the end");
}

/** The chunks that a camera puts into a PNG. */
export const pngSecrets = (orientation: number): Uint8Array[] => [
  chunkOf("eXIf", cameraTiff(orientation)),
  chunkOf("tEXt", latin("Comment\0PLACE")),
  chunkOf("iTXt", latin("XML:com.adobe.xmp\0\0\0\0\0PLACE")),
  chunkOf("tIME", concat([7, 0xea, 11, 30, 12, 0, 0])),
  chunkOf("prVt", latin("PLACE")),
];

/** Returns a box of ISO media. */
export const box = (name: string, ...data: (Uint8Array | readonly number[] | string)[]): Uint8Array => {
  const inside = concat(...data);
  return concat(bigEndian(inside.length + 8), name, inside);
};
export const fullBox = (name: string, version: number, ...data: (Uint8Array | readonly number[] | string)[]) =>
  box(name, [version, 0, 0, 0], ...data);
