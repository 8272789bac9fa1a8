// Tracks of a video that hold places over its time instead of pictures or sound: phones and action
// cameras write them (`mebx`, `gpmd`, `camm`). Their samples lie between those of other tracks.
import { latinOf, MalformedFile } from "./byte-source";
import type { BoxReader, IsoBox } from "./iso-boxes";
import type { Overwrite } from "./pieces";

/** Handlers of tracks whose samples are no picture, sound or subtitle. Bound: constant. */
const metadataHandlers = new Set(["meta", "gpmd", "camm", "data", "mebx"]);

/** The most samples of such a track: 200 a second for 80 minutes. */
const SAMPLES_MAX = 1_000_000;
const CHUNKS_MAX = 50_000;
const TABLE_MAX = 500 * 1024;

/**
 * Returns where the samples of a metadata track are; null for any other track. Throws
 * `MalformedFile` if the tables of the track cannot be read: then its samples cannot be found.
 */
export async function metadataSamples(boxes: BoxReader, track: IsoBox): Promise<Overwrite[] | null> {
  const handler = await boxes.find(track.data, track.end, "mdia", "hdlr");
  if (!handler || handler.end - handler.data < 12) return null;
  if (!metadataHandlers.has(latinOf(await boxes.reader.bytes(handler.data + 8, 4)))) return null;
  const tables = await boxes.find(track.data, track.end, "mdia", "minf", "stbl");
  if (!tables) return [];
  const table = async (name: string): Promise<DataView | null> => {
    const box = await boxes.find(tables.data, tables.end, name);
    if (!box) return null;
    if (box.end - box.data > TABLE_MAX) throw new MalformedFile("a table of samples that is too long");
    const view = await boxes.reader.view(box.data, box.end - box.data);
    return new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  };
  const [sizes, chunks, wide, runs] = [
    await table("stsz"),
    await table("stco"),
    await table("co64"),
    await table("stsc"),
  ];
  const offsets = chunks ?? wide;
  if (!sizes || !offsets || !runs) return [];
  try {
    return placesOf(sizes, offsets, chunks ? 4 : 8, runs);
  } catch (error) {
    if (error instanceof RangeError) throw new MalformedFile("a table of samples that is cut off");
    throw error;
  }
}

/** Joins the three tables: how long samples are, where chunks begin, how many samples each has. */
function placesOf(sizes: DataView, offsets: DataView, offsetBytes: 4 | 8, runs: DataView): Overwrite[] {
  const same = sizes.getUint32(4);
  const samples = sizes.getUint32(8);
  const chunks = offsets.getUint32(4);
  const runCount = runs.getUint32(4);
  if (samples > SAMPLES_MAX || chunks > CHUNKS_MAX) throw new MalformedFile("too many samples");
  const found: Overwrite[] = [];
  let sample = 0;
  let run = 0;
  for (let chunk = 1; chunk <= chunks && sample < samples; chunk++) {
    while (run + 1 < runCount && runs.getUint32(8 + 12 * (run + 1)) <= chunk) run++;
    const end = Math.min(samples, sample + runs.getUint32(8 + 12 * run + 4));
    let length = 0;
    if (same > 0) length = same * (end - sample);
    else for (let i = sample; i < end; i++) length += sizes.getUint32(12 + 4 * i);
    sample = end;
    const place = 8 + offsetBytes * (chunk - 1);
    const at = offsetBytes === 4 ? offsets.getUint32(place) : Number(offsets.getBigUint64(place));
    found.push({ at, length });
  }
  return found;
}
