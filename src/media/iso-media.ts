// MP4, MOV, HEIC and AVIF without places and camera data. Nothing moves, because tables in the file
// name places of the file: the boxes are renamed to `free` and filled with zeros.
import { latinOf, MalformedFile, type WindowReader } from "./byte-source";
import { readHeif } from "./heif-items";
import { BoxReader, type IsoBox } from "./iso-boxes";
import { metadataSamples } from "./metadata-tracks";
import { type FilePiece, type Overwrite, overwritten } from "./pieces";

export interface StrippedMedia {
  /** The size of a picture in pixels, before it is turned; 0 for a video. */
  width: number;
  height: number;
  pieces: FilePiece[];
}

/** The boxes at the top of a file that play it. All others are blanked. Bound: constant. */
const atTop = new Set("ftyp styp moov moof mfra mdat sidx ssix prft emsg free skip wide pnot idat meta".split(" "));
/**
 * The user data that stay: titles, chapters, loudness and iTunes' tags. Not: places, makers and
 * models of cameras, serial numbers, previews, and what is unknown. Bound: constant.
 */
const userData = new Set("meta chpl name titl auth cprt perf ludt tagc hnti ©nam ©ART ©alb ©too free skip".split(" "));
/** Where iTunes keeps its tags. Cameras use `mdta`. */
const TAGS_HANDLER = "mdir";
/** The extension box that says that a video is a sphere. */
const SPHERE = "ffcc8263f8554a938814587a02521fdd";

const FREE = new TextEncoder().encode("free");

/** Fills a box with zeros and renames it, so that players pass over it. */
function blank(box: IsoBox): Overwrite[] {
  return [
    { at: box.at + 4, length: 4, bytes: FREE },
    { at: box.data, length: box.end - box.data },
  ];
}

/** Turns bytes that are no box into an empty one, if there is room for one. */
function blankRest(at: number, end: number): Overwrite {
  const length = end - at;
  if (length < 8 || length > 0xffffffff) return { at, length };
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(FREE, 4);
  return { at, length, bytes };
}

/** Returns how a file is rewritten. `isPicture`: HEIC or AVIF. Throws `MalformedFile`. */
export async function stripIsoMedia(reader: WindowReader, isPicture: boolean): Promise<StrippedMedia> {
  const boxes = new BoxReader(reader);
  const overwrites: Overwrite[] = [];
  let size = { width: 0, height: 0 };
  const top = await boxes.list(0, reader.size);
  if (top.trailer !== null) overwrites.push(blankRest(top.trailer, reader.size));
  for (const box of top.boxes) {
    if (box.name === "moov" || box.name === "moof") overwrites.push(...(await stripMovie(boxes, box)));
    else if (box.name === "meta" && isPicture) {
      const picture = await readHeif(boxes, box);
      size = picture;
      overwrites.push(...picture.overwrites);
    } else if (box.name === "meta" || !atTop.has(box.name)) overwrites.push(...blank(box));
    else if (box.name === "free" || box.name === "skip") overwrites.push({ at: box.data, length: box.end - box.data });
  }
  if (isPicture && size.width === 0) throw new MalformedFile("a picture without a size");
  const changing = await differing(reader, overwrites);
  return { ...size, pieces: overwritten(reader.size, changing) };
}

/** Blanks what a movie, a track or a fragment says beside its tables. */
async function stripMovie(boxes: BoxReader, movie: IsoBox): Promise<Overwrite[]> {
  const found: Overwrite[] = [];
  for (const box of (await boxes.list(movie.data, movie.end)).boxes) {
    if (box.name === "udta") found.push(...(await stripUserData(boxes, box)));
    else if (box.name === "meta") found.push(...blank(box));
    else if (box.name === "uuid") {
      if (movie.name !== "moof" && !(await isSphere(boxes, box))) found.push(...blank(box));
    } else if (box.name === "trak") {
      const samples = await metadataSamples(boxes, box);
      // Samples of places are blanked with their track. Other tracks are looked into.
      found.push(...(samples === null ? await stripMovie(boxes, box) : [...samples, ...blank(box)]));
    }
  }
  return found;
}

async function isSphere(boxes: BoxReader, box: IsoBox): Promise<boolean> {
  if (box.end - box.data < 16) return false;
  const id = await boxes.reader.bytes(box.data, 16);
  return Array.from(id, (byte) => byte.toString(16).padStart(2, "0")).join("") === SPHERE;
}

async function stripUserData(boxes: BoxReader, data: IsoBox): Promise<Overwrite[]> {
  const { boxes: items, trailer } = await boxes.list(data.data, data.end);
  const found: Overwrite[] = trailer === null ? [] : [blankRest(trailer, data.end)];
  for (const item of items) {
    const isKept = item.name === "meta" ? await hasTags(boxes, item) : userData.has(item.name);
    if (!isKept) found.push(...blank(item));
  }
  return found;
}

/** Returns whether a `meta` box holds the tags of a song. */
async function hasTags(boxes: BoxReader, meta: IsoBox): Promise<boolean> {
  const handler = await boxes.find(meta.data + 4, meta.end, "hdlr");
  if (!handler || handler.end - handler.data < 12) return false;
  return latinOf(await boxes.reader.bytes(handler.data + 8, 4)) === TAGS_HANDLER;
}

/** How much is compared: longer overwrites, and more of them, are taken to change something. */
const COMPARED_BYTES = 64 * 1024;
const COMPARED_MAX = 200;

/** Returns the overwrites that change the file, so that a clean file is not rewritten. */
async function differing(reader: WindowReader, overwrites: readonly Overwrite[]): Promise<Overwrite[]> {
  if (overwrites.length > COMPARED_MAX) return [...overwrites];
  const found: Overwrite[] = [];
  for (const overwrite of overwrites.toSorted((a, b) => a.at - b.at)) {
    const { at, bytes } = overwrite;
    const length = Math.min(overwrite.length, reader.size - at);
    if (length <= 0) continue;
    const isSame =
      length <= COMPARED_BYTES &&
      (await reader.bytes(at, length)).every((byte, index) => byte === (bytes?.[index] ?? 0));
    if (!isSame) found.push({ ...overwrite, length });
  }
  return found;
}
