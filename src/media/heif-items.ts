// The items of a HEIC or an AVIF (ISO/IEC 23008-12): pictures, and beside them Exif and XMP data.
// The orientation is a property of the picture, so those data can be overwritten.
import { latinOf, MalformedFile } from "./byte-source";
import type { BoxReader, IsoBox } from "./iso-boxes";
import type { Overwrite } from "./pieces";

/** Exif data that say nothing: the offset of the TIFF block, and a block without entries. */
const EMPTY_EXIF = new Uint8Array([0, 0, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]);

const ITEMS_MAX = 20_000;
const TABLE_MAX = 400 * 1024;

/** What is read of the `meta` box of a picture. */
export interface HeifPicture {
  /** The size of the largest picture in pixels, before it is turned. */
  width: number;
  height: number;
  overwrites: Overwrite[];
}

/** Reads a `meta` box. Throws `MalformedFile`. */
export async function readHeif(boxes: BoxReader, meta: IsoBox): Promise<HeifPicture> {
  const start = meta.data + 4;
  const infos = await boxes.find(start, meta.end, "iinf");
  const places = await boxes.find(start, meta.end, "iloc");
  const idat = await boxes.find(start, meta.end, "idat");
  const hidden = infos ? await hiddenItems(boxes, infos) : [];
  const overwrites =
    places && hidden.length > 0 ? await extentsOf(boxes, places, idat?.data ?? null, new Set(hidden)) : [];
  return { ...(await largestSize(boxes, meta)), overwrites };
}

/** Returns the items that are no picture: Exif, and everything with a MIME type, such as XMP. */
async function hiddenItems(boxes: BoxReader, infos: IsoBox): Promise<number[]> {
  const head = await boxes.reader.view(infos.data, 4);
  const { boxes: entries } = await boxes.list(infos.data + (head.getUint8(0) === 0 ? 6 : 8), infos.end);
  const found: number[] = [];
  for (const entry of entries) {
    if (entry.name !== "infe" || entry.end - entry.data < 12) continue;
    const view = await boxes.reader.view(entry.data, Math.min(14, entry.end - entry.data));
    const isWide = view.getUint8(0) >= 3;
    const typeAt = isWide ? 10 : 8;
    if (view.byteLength < typeAt + 4) continue;
    const type = latinOf(new Uint8Array(view.buffer, view.byteOffset + typeAt, 4));
    if (type === "Exif" || type === "mime" || type === "uri ")
      found.push(isWide ? view.getUint32(4) : view.getUint16(4));
  }
  return found;
}

/** Returns where the bytes of items are. Throws `MalformedFile` for a table that is cut off. */
async function extentsOf(
  boxes: BoxReader,
  places: IsoBox,
  idat: number | null,
  items: ReadonlySet<number>,
): Promise<Overwrite[]> {
  if (places.end - places.data > TABLE_MAX) throw new MalformedFile("a list of items that is too long");
  const view = await boxes.reader.view(places.data, places.end - places.data);
  let at = 4;
  const take = (bytes: number): number => {
    if (at + bytes > view.byteLength) throw new MalformedFile("a list of items that is cut off");
    at += bytes;
    if (bytes === 0) return 0;
    if (bytes === 8) return Number(view.getBigUint64(at - 8));
    return bytes === 4 ? view.getUint32(at - 4) : bytes === 2 ? view.getUint16(at - 2) : view.getUint8(at - 1);
  };
  const version = view.getUint8(0);
  const [sizes, more] = [take(1), take(1)];
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, more >> 4];
  const indexBytes = version === 0 ? 0 : more & 15;
  const count = version < 2 ? take(2) : take(4);
  const found: Overwrite[] = [];
  for (let i = 0; i < count; i++) {
    if (i > ITEMS_MAX) throw new MalformedFile("too many items");
    const item = version < 2 ? take(2) : take(4);
    const method = version === 0 ? 0 : take(2) & 15;
    take(2);
    const base = take(baseBytes);
    const extents = take(2);
    for (let j = 0; j < extents; j++) {
      take(indexBytes);
      const [offset, length] = [take(offsetBytes), take(lengthBytes)];
      const origin = method === 0 ? 0 : method === 1 ? idat : null;
      if (!items.has(item) || origin === null) continue;
      found.push({ at: origin + base + offset, length, ...(j === 0 ? { bytes: EMPTY_EXIF } : {}) });
      if (found.length > ITEMS_MAX) throw new MalformedFile("too many extents");
    }
  }
  return found;
}

/** Returns the largest size among the properties of the pictures. */
async function largestSize(boxes: BoxReader, meta: IsoBox): Promise<{ width: number; height: number }> {
  const properties = await boxes.find(meta.data + 4, meta.end, "iprp", "ipco");
  let largest = { width: 0, height: 0 };
  if (!properties) return largest;
  for (const box of (await boxes.list(properties.data, properties.end)).boxes) {
    if (box.name !== "ispe" || box.end - box.data < 12) continue;
    const view = await boxes.reader.view(box.data + 4, 8);
    const [width, height] = [view.getUint32(0), view.getUint32(4)];
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  return largest;
}
