// PNG (ISO/IEC 15948): chunks of a length, a name, data and a checksum. Kept: what a decoder needs,
// colours, animation, and the orientation. Dropped: texts with their comments and XMP, the time,
// unknown chunks, and all bytes after the end of the image.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";
import { isSideways, type Orientation, orientationTiff, readOrientation } from "./exif";
import type { StrippedPicture } from "./jpeg";
import { PieceList } from "./pieces";

const SIGNATURE_BYTES = 8;
const FRAME_BYTES = 12;
/** The most chunks of a picture: 100 million pixels in chunks of 8 KiB. */
const CHUNKS_MAX = 60_000;
/** The most bytes of Exif data that are read. */
const EXIF_MAX = 256 * 1024;

/** Bound: constant. */
const kept = new Set(
  ["IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT", "acTL fcTL fdAT"].flatMap(
    (names) => names.split(" "),
  ),
);

/** Returns how a PNG is rewritten. Throws `MalformedFile`. */
export async function stripPng(reader: WindowReader): Promise<StrippedPicture> {
  const list = new PieceList();
  let [width, height, orientation] = [0, 0, 1 as Orientation];
  let at = SIGNATURE_BYTES;
  list.keep(0, at);
  for (let chunks = 0; at + FRAME_BYTES <= reader.size; chunks++) {
    if (chunks > CHUNKS_MAX) throw new MalformedFile("a PNG with too many chunks");
    const head = await reader.view(at, 8);
    const length = head.getUint32(0);
    const name = latinOf(await reader.bytes(at + 4, 4));
    const end = at + FRAME_BYTES + length;
    if (chunks === 0) {
      if (name !== "IHDR" || length !== 13) throw new MalformedFile("a PNG without a header");
      const size = await reader.view(at + 8, 8);
      [width, height] = [size.getUint32(0), size.getUint32(4)];
    }
    // A file that was cut off is shown as far as it goes.
    if (end > reader.size) {
      if (name === "IDAT" || name === "fdAT") list.keep(at, reader.size);
      break;
    }
    if (kept.has(name)) list.keep(at, end);
    else if (name === "eXIf" && length <= EXIF_MAX) {
      orientation = readOrientation(await reader.bytes(at + 8, length));
      if (orientation !== 1) list.add(chunkOf("eXIf", orientationTiff(orientation)));
    }
    at = end;
    if (name === "IEND") break;
  }
  if (width === 0 || height === 0) throw new MalformedFile("a PNG without a size");
  return isSideways(orientation)
    ? { width: height, height: width, pieces: list.pieces }
    : { width, height, pieces: list.pieces };
}

/** Returns a chunk with its checksum. */
export function chunkOf(name: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(FRAME_BYTES + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) chunk[4 + i] = name.charCodeAt(i);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** The checksum of PNG, bit by bit: it is used for a few bytes only. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
