// GIF: blocks of images and extensions. Kept: images, their timing, and how often they repeat.
// Dropped: comments, texts, XMP and other applications' data, and all bytes after the end.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";
import type { StrippedPicture } from "./jpeg";
import { PieceList } from "./pieces";

const IMAGE = 0x2c;
const EXTENSION = 0x21;
const TRAILER = 0x3b;
const CONTROL = 0xf9;
const APPLICATION = 0xff;

/** The most blocks: 100 MB in blocks of 255 bytes. */
const BLOCKS_MAX = 500_000;

/** The applications whose data say how often an animation repeats. Bound: constant. */
const loops = new Set(["NETSCAPE2.0", "ANIMEXTS1.0"]);

const paletteBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** Returns how a GIF is rewritten. Throws `MalformedFile`. */
export async function stripGif(reader: WindowReader): Promise<StrippedPicture> {
  const header = await reader.view(0, 13);
  const [width, height] = [header.getUint16(6, true), header.getUint16(8, true)];
  if (width === 0 || height === 0) throw new MalformedFile("a GIF without a size");
  const list = new PieceList();
  const counter = { blocks: 0 };
  let at = 13 + paletteBytes(header.getUint8(10));
  list.keep(0, at);
  while (at + 1 < reader.size) {
    const [kind = 0, label = 0] = await reader.bytes(at, 2);
    if (kind === TRAILER) break;
    if (kind === IMAGE) {
      const flags = (await reader.view(at, 10)).getUint8(9);
      const end = await endOfBlocks(reader, at + 11 + paletteBytes(flags), counter);
      list.keep(at, end);
      at = end;
      continue;
    }
    if (kind !== EXTENSION) throw new MalformedFile("a GIF with an unknown block");
    const end = await endOfBlocks(reader, at + 2, counter);
    const isLoop =
      label === APPLICATION && at + 14 <= reader.size && loops.has(latinOf(await reader.bytes(at + 3, 11)));
    if (label === CONTROL || isLoop) list.keep(at, end);
    at = end;
  }
  const hasTrailer = at < reader.size && (await reader.bytes(at, 1))[0] === TRAILER;
  if (hasTrailer) list.keep(at, at + 1);
  else list.add(new Uint8Array([TRAILER]));
  return { width, height, pieces: list.pieces };
}

/** Returns where a row of blocks ends: after the first empty one, or at the end of the file. */
async function endOfBlocks(reader: WindowReader, from: number, counter: { blocks: number }): Promise<number> {
  let at = from;
  while (at < reader.size) {
    if (++counter.blocks > BLOCKS_MAX) throw new MalformedFile("a GIF with too many blocks");
    const [length = 0] = await reader.bytes(at, 1);
    at += 1 + length;
    if (length === 0) break;
  }
  return Math.min(at, reader.size);
}
