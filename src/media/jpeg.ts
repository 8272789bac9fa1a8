// JPEG (ITU-T T.81): a list of segments, then scans of compressed data with segments between them.
// Kept: what a decoder needs, the colour profile (ICC), and the orientation. Dropped: Exif with its
// place, camera and preview, XMP, IPTC, comments, the list of further pictures (MPF), and all bytes
// after the end of the image, where phones put those pictures.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";
import { isSideways, type Orientation, orientationTiff, readOrientation } from "./exif";
import { type FilePiece, PieceList } from "./pieces";

export interface StrippedPicture {
  /** In pixels, as the picture is shown. */
  width: number;
  height: number;
  pieces: FilePiece[];
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COMMENT = 0xfe;
const TEM = 0x01;

const EXIF = "Exif\0\0";
/** The identifiers of application segments that a decoder needs. */
const needed: Readonly<Record<number, string>> = { [APP0]: "JFIF\0", [APP2]: "ICC_PROFILE\0", [APP14]: "Adobe" };

/** The most segments of a picture, and the most fill bytes in a row. No encoder comes near. */
const SEGMENTS_MAX = 10_000;
const FILL_MAX = 64;

const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** Markers of restarts, and the escape of a 0xff in compressed data. */
const isInScan = (marker: number): boolean => marker === 0 || (marker >= 0xd0 && marker <= 0xd7);
const isApplication = (marker: number): boolean => (marker >= APP0 && marker <= 0xef) || marker === COMMENT;

/** Returns how a JPEG is rewritten. Throws `MalformedFile`. */
export async function stripJpeg(reader: WindowReader): Promise<StrippedPicture> {
  const list = new PieceList();
  let [width, height, orientation] = [0, 0, 1 as Orientation];
  let hasExif = false;
  let hasEnded = false;
  let at = 2;
  list.keep(0, at);
  for (let segments = 0; at < reader.size; segments++) {
    if (segments > SEGMENTS_MAX) throw new MalformedFile("a JPEG with too many segments");
    const marker = await findMarker(reader, at);
    if (marker === null) break;
    at = marker.at;
    if (marker.code === EOI) {
      list.keep(at, at + 2);
      hasEnded = true;
      break;
    }
    if (marker.code === TEM || marker.code === SOI) {
      at += 2;
      continue;
    }
    const length = (await reader.view(at + 2, 2)).getUint16(0);
    if (length < 2 || at + 2 + length > reader.size) break;
    const end = at + 2 + length;
    const start = await reader.bytes(at + 4, Math.min(length - 2, 16));
    const name = latinOf(start);
    if (isFrameHeader(marker.code) && start.length >= 5) {
      height = Math.max(height, ((start[1] ?? 0) << 8) | (start[2] ?? 0));
      width = Math.max(width, ((start[3] ?? 0) << 8) | (start[4] ?? 0));
    }
    if (marker.code === APP1 && name.startsWith(EXIF) && !hasExif) {
      hasExif = true;
      orientation = readOrientation(await reader.bytes(at + 4 + EXIF.length, length - 2 - EXIF.length));
      if (orientation !== 1) list.add(exifSegment(orientation));
    } else if (!isApplication(marker.code) || name.startsWith(needed[marker.code] ?? "\0none")) list.keep(at, end);
    at = end;
    if (marker.code !== SOS) continue;
    const scanEnd = await endOfScan(reader, at);
    list.keep(at, scanEnd);
    at = scanEnd;
  }
  if (width === 0 || height === 0) throw new MalformedFile("a JPEG without a size");
  // A file that was cut off is shown as far as it goes.
  if (!hasEnded) list.add(new Uint8Array([0xff, EOI]));
  return isSideways(orientation)
    ? { width: height, height: width, pieces: list.pieces }
    : { width, height, pieces: list.pieces };
}

/** Returns the next marker from a place on; null at the end of the file. Skips what is between. */
async function findMarker(reader: WindowReader, from: number): Promise<{ at: number; code: number } | null> {
  let at = from;
  for (let fill = 0; at < reader.size; ) {
    const rest = await reader.rest(at);
    const found = rest.indexOf(0xff);
    if (found < 0) {
      at += rest.length;
      continue;
    }
    at += found;
    if (at + 2 > reader.size) return null;
    const code = (await reader.bytes(at, 2))[1] ?? 0;
    if (code !== 0 && code !== 0xff) return { at, code };
    if (code === 0xff && ++fill > FILL_MAX) throw new MalformedFile("a JPEG with too many fill bytes");
    at += 1;
  }
  return null;
}

/**
 * Returns where the compressed data of a scan end: at the next marker that does not belong to them.
 */
async function endOfScan(reader: WindowReader, from: number): Promise<number> {
  let at = from;
  let fill = 0;
  while (at < reader.size) {
    const rest = await reader.rest(at);
    let next = rest.indexOf(0xff);
    while (next >= 0 && next + 1 < rest.length) {
      const code = rest[next + 1] ?? 0;
      if (code === 0xff) {
        if (++fill > FILL_MAX) throw new MalformedFile("a JPEG with too many fill bytes");
      } else if (isInScan(code)) fill = 0;
      else return at + next;
      next = rest.indexOf(0xff, code === 0xff ? next + 1 : next + 2);
    }
    if (next < 0) at += rest.length;
    else {
      at += next;
      if (at + 1 >= reader.size) return at;
      // The marker continues in the next window, which begins with it.
      await reader.bytes(at, 2);
    }
  }
  return reader.size;
}

function exifSegment(orientation: Orientation): Uint8Array {
  const tiff = orientationTiff(orientation);
  const length = 2 + EXIF.length + tiff.length;
  const head = [0xff, APP1, length >> 8, length & 0xff, ...Array.from(EXIF, (letter) => letter.charCodeAt(0))];
  return new Uint8Array([...head, ...tiff]);
}
