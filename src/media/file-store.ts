// The bytes of files in R2. A key has the id of the file, which no client sees, and the name of the
// variant. A key is written once, and once more when the file is stripped before it has a ticket.
import { type FileId, type ServedVariant, servedVariant } from "../protocol";
import type { ByteSource } from "./byte-source";
import { type FilePiece, totalOf } from "./pieces";

export const keyOf = (file: FileId, variant: ServedVariant): string => `${file}/${variant}`;

/** Every key that a file may have. */
export const keysOf = (file: FileId): string[] => servedVariant.options.map((variant) => keyOf(file, variant));

/** A complete file as it is stored. `etag` names these bytes. */
export interface StoredObject {
  key: string;
  size: number;
  etag: string;
}

/** The object has changed since it was read. */
export class ObjectChanged extends Error {
  override readonly name = "ObjectChanged";
}

const onlyNew = (): Headers => new Headers({ "if-none-match": "*" });

/**
 * Stores the bytes of a key, unless it has some: what is stored is never replaced, so that nothing
 * that arrives late takes the place of what was checked. Returns what is stored.
 */
export async function putOnce(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream | Uint8Array,
): Promise<StoredObject | null> {
  const put = await bucket.put(key, body, { onlyIf: onlyNew() });
  const stored = put ?? (await bucket.head(key));
  return stored && { key, size: stored.size, etag: stored.etag };
}

/** Returns a stored object as a source. A read throws `ObjectChanged` if the bytes are others. */
export const sourceOfObject = (bucket: R2Bucket, { key, size, etag }: StoredObject): ByteSource => ({
  size,
  read: async (offset, length) =>
    new Uint8Array(await (await openRange(bucket, key, etag, offset, length)).arrayBuffer()),
});

async function openRange(
  bucket: R2Bucket,
  key: string,
  etag: string,
  offset: number,
  length: number,
): Promise<R2ObjectBody> {
  const object = await bucket.get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
  if (object === null || !("body" in object)) throw new ObjectChanged();
  return object;
}

/** More pieces than this are cut out of one read of the whole object. */
const RANGES_MAX = 50;
const ZEROS = new Uint8Array(64 * 1024);

/**
 * Replaces an object by its pieces, in one put of known length: readers see the old bytes until all
 * new ones are there. Throws `ObjectChanged` if another request has replaced it meanwhile.
 */
export async function rewrite(
  bucket: R2Bucket,
  object: StoredObject,
  pieces: readonly FilePiece[],
): Promise<StoredObject> {
  const { key, etag } = object;
  const size = totalOf(pieces);
  const { readable, writable } = new FixedLengthStream(size);
  const write = async (): Promise<void> => {
    if (pieces.filter(({ kind }) => kind === "range").length > RANGES_MAX)
      await writeInOnePass(bucket, object, pieces, writable);
    else await writeByRanges(bucket, object, pieces, writable);
    await writable.close();
  };
  const written = write().catch(async (error: unknown) => {
    await writable.abort(error);
    throw error;
  });
  // A put that is refused does not read the stream, so the writing would never end.
  const stored = bucket.put(key, readable, { onlyIf: { etagMatches: etag } }).then((put) => {
    if (put === null) throw new ObjectChanged();
    return { key, size, etag: put.etag };
  });
  const [result] = await Promise.all([stored, written]);
  return result;
}

async function writeByRanges(
  bucket: R2Bucket,
  { key, etag }: StoredObject,
  pieces: readonly FilePiece[],
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  for (const piece of pieces) {
    if (piece.kind === "range") {
      const range = await openRange(bucket, key, etag, piece.from, piece.to - piece.from);
      await range.body.pipeTo(writable, { preventClose: true });
    } else await writeNew(writable, piece);
  }
}

/** Reads the object once, from its beginning, and writes the ranges as they pass. */
async function writeInOnePass(
  bucket: R2Bucket,
  { key, etag, size }: StoredObject,
  pieces: readonly FilePiece[],
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const reader = (await openRange(bucket, key, etag, 0, size)).body.getReader();
  let chunk: Uint8Array = new Uint8Array();
  let chunkStart = 0;
  for (const piece of pieces) {
    if (piece.kind !== "range") {
      await writeNew(writable, piece);
      continue;
    }
    for (let at = piece.from; at < piece.to; ) {
      while (at >= chunkStart + chunk.length) {
        chunkStart += chunk.length;
        const { done, value } = await reader.read();
        if (done) throw new ObjectChanged();
        chunk = value;
      }
      const part = chunk.subarray(at - chunkStart, piece.to - chunkStart);
      await withWriter(writable, (writer) => writer.write(part));
      at += part.length;
    }
  }
  await reader.cancel();
}

async function writeNew(
  writable: WritableStream<Uint8Array>,
  piece: Exclude<FilePiece, { kind: "range" }>,
): Promise<void> {
  await withWriter(writable, async (writer) => {
    if (piece.kind === "bytes") return await writer.write(piece.bytes);
    for (let left = piece.count; left > 0; left -= ZEROS.length) await writer.write(ZEROS.subarray(0, left));
  });
}

/** `pipeTo` needs the stream unlocked between two pieces. */
async function withWriter(
  writable: WritableStream<Uint8Array>,
  work: (writer: WritableStreamDefaultWriter<Uint8Array>) => Promise<void>,
): Promise<void> {
  const writer = writable.getWriter();
  try {
    await work(writer);
  } finally {
    writer.releaseLock();
  }
}
