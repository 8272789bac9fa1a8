// WebP (RFC 9649): a RIFF file of chunks. Kept: the image, its animation, its colour profile, and
// the orientation. Dropped: Exif, XMP, unknown chunks, and all bytes after the end of the file that
// its header states.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";
import { isSideways, type Orientation, orientationTiff, readOrientation } from "./exif";
import type { StrippedPicture } from "./jpeg";
import { PieceList, totalOf } from "./pieces";

const HEADER_BYTES = 12;
const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;
const CHUNKS_MAX = 60_000;
const EXIF_MAX = 256 * 1024;

/** Bound: constant. */
const kept = new Set(["ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"]);

interface WebpSize {
  width: number;
  height: number;
}

/** Returns how a WebP is rewritten. Throws `MalformedFile`. */
export async function stripWebp(reader: WindowReader): Promise<StrippedPicture> {
  const header = await reader.view(0, HEADER_BYTES);
  const fileEnd = Math.min(reader.size, 8 + header.getUint32(4, true));
  const list = new PieceList();
  let size: WebpSize = { width: 0, height: 0 };
  let orientation: Orientation = 1;
  /** The header of the extended format, whose flags name the chunks that follow. */
  let extended: Uint8Array | null = null;
  let isChanged = fileEnd < reader.size;
  let at = HEADER_BYTES;
  for (let chunks = 0; at + 8 <= fileEnd; chunks++) {
    if (chunks > CHUNKS_MAX) throw new MalformedFile("a WebP with too many chunks");
    const name = latinOf(await reader.bytes(at, 4));
    const length = (await reader.view(at + 4, 4)).getUint32(0, true);
    const end = Math.min(fileEnd, at + 8 + length + (length % 2));
    if (name === "VP8X" && extended === null && length >= 10) {
      extended = (await reader.bytes(at, 18)).slice();
      list.add(extended);
      size = larger(size, extendedSize(extended));
    } else if (name === "EXIF" && length <= EXIF_MAX && at + 8 + length <= fileEnd) {
      orientation = readOrientation(withoutPrefix(await reader.bytes(at + 8, length)));
      isChanged = true;
    } else if (kept.has(name)) {
      if (name === "VP8 " || name === "VP8L")
        size = larger(size, imageSize(name, await reader.bytes(at + 8, Math.min(length, 10, fileEnd - at - 8))));
      list.keep(at, end);
    } else isChanged = true;
    at = end;
  }
  if (size.width === 0 || size.height === 0) throw new MalformedFile("a WebP without a size");
  if (extended) {
    isChanged ||= ((extended[8] ?? 0) & (EXIF_FLAG | XMP_FLAG)) !== 0;
    extended[8] = (extended[8] ?? 0) & ~(EXIF_FLAG | XMP_FLAG);
    if (orientation !== 1) {
      extended[8] |= EXIF_FLAG;
      list.add(exifChunk(orientation));
    }
  } else orientation = 1;
  const { width, height } = isSideways(orientation) ? { width: size.height, height: size.width } : size;
  if (!isChanged) return { width, height, pieces: [{ kind: "range", from: 0, to: reader.size }] };
  const head = riffHeader(totalOf(list.pieces) + 4);
  return { width, height, pieces: [{ kind: "bytes", bytes: head }, ...list.pieces] };
}

/** Exif data may begin with the words that a JPEG puts before them. */
const withoutPrefix = (data: Uint8Array): Uint8Array =>
  latinOf(data.subarray(0, 6)) === "Exif\0\0" ? data.subarray(6) : data;

const larger = (a: WebpSize, b: WebpSize): WebpSize => ({
  width: Math.max(a.width, b.width),
  height: Math.max(a.height, b.height),
});

const littleEndian24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);

const extendedSize = (chunk: Uint8Array): WebpSize => ({
  width: 1 + littleEndian24(chunk, 12),
  height: 1 + littleEndian24(chunk, 15),
});

/** Returns the size in the first ten bytes of a lossy or a lossless image. */
function imageSize(name: string, data: Uint8Array): WebpSize {
  if (name === "VP8 ") {
    const side = (at: number): number => littleEndian24(data, at) & 0x3fff;
    return { width: side(6), height: side(8) };
  }
  const bits = (littleEndian24(data, 1) | ((data[4] ?? 0) << 24)) >>> 0;
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function riffHeader(length: number): Uint8Array {
  const header = new TextEncoder().encode("RIFF\0\0\0\0WEBP");
  new DataView(header.buffer).setUint32(4, length, true);
  return header;
}

function exifChunk(orientation: Orientation): Uint8Array {
  const tiff = orientationTiff(orientation);
  const chunk = new Uint8Array(8 + tiff.length);
  chunk.set(new TextEncoder().encode("EXIF"));
  new DataView(chunk.buffer).setUint32(4, tiff.length, true);
  chunk.set(tiff, 8);
  return chunk;
}
