// Where the bytes of a file come from: a file of a browser, bytes or a stream of Node, or a file of
// React Native. A source is read part by part, so that a large file is never in memory as a whole.
import { ParleyError } from "../parley-error";
import type { PartBytes } from "../transport/byte-upload";

/** A stream of bytes of a known length: a Node stream, or any other async iterable. */
export interface StreamFile {
  stream: AsyncIterable<Uint8Array>;
  size: number;
  name: string;
  type?: string;
}

/** A file as the pickers of React Native give it. */
export interface LocalFile {
  uri: string;
  name: string;
  type?: string | null;
  size?: number | null;
}

/** What can be uploaded. Bytes and a Blob without a name need `name` in the options. */
export type FileInput = Blob | Uint8Array | ArrayBuffer | StreamFile | LocalFile;

export interface FileSource {
  name: string;
  /** The MIME type as the program knows it; empty if it does not. */
  type: string;
  size: number;
  /** Returns the bytes of a part. The parts of a stream are read in ascending order, once each. */
  read(from: number, to: number): Promise<PartBytes>;
}

/** Returns the source of a file. Throws `invalid` for an empty file. */
export async function sourceOf(
  file: FileInput,
  { name, type }: { name?: string | undefined; type?: string | undefined },
  fetch: typeof globalThis.fetch,
): Promise<FileSource> {
  const source = await plainSourceOf(file, fetch);
  if (source.size === 0) throw new ParleyError("invalid", { detail: "the file is empty" });
  return { ...source, name: name ?? source.name, type: type ?? source.type };
}

async function plainSourceOf(file: FileInput, fetch: typeof globalThis.fetch): Promise<FileSource> {
  if (file instanceof Blob) return blobSource(file, "name" in file ? String(file.name) : "file");
  if (file instanceof ArrayBuffer) return bytesSource(new Uint8Array(file));
  if (file instanceof Uint8Array) return bytesSource(file);
  if ("stream" in file) return streamSource(file);
  // The runtime of React Native reads a file of the device by its address.
  const blob = await (await fetch(file.uri)).blob();
  return { ...blobSource(blob, file.name), type: file.type ?? blob.type };
}

const blobSource = (blob: Blob, name: string): FileSource => ({
  ...{ name, type: blob.type, size: blob.size },
  read: async (from, to) => blob.slice(from, to),
});

const bytesSource = (bytes: Uint8Array): FileSource => ({
  ...{ name: "file", type: "", size: bytes.byteLength },
  read: async (from, to) => bytes.slice(from, to),
});

function streamSource({ stream, size, name, type = "" }: StreamFile): FileSource {
  const chunks = stream[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  let at = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const next = async (from: number, to: number): Promise<PartBytes> => {
    if (from !== at) throw new ParleyError("invalid", { detail: "a stream is read once, from its beginning" });
    const part = new Uint8Array(to - from);
    let filled = 0;
    while (filled < part.length) {
      if (rest.length === 0) {
        const { value, done } = await chunks.next();
        if (done === true)
          throw new ParleyError("invalid", { detail: `the stream ended after ${from + filled} bytes` });
        rest = value;
      }
      const taken = rest.subarray(0, part.length - filled);
      part.set(taken, filled);
      filled += taken.length;
      rest = rest.subarray(taken.length);
    }
    at = to;
    return part;
  };
  const read = (from: number, to: number): Promise<PartBytes> => {
    const part = turn.then(() => next(from, to));
    turn = part.catch(() => undefined);
    return part;
  };
  return { name, type, size, read };
}
