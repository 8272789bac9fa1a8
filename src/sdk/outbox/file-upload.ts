// Uploads one file: begins, sends the parts that the server lacks, two at a time, and completes. A
// lost connection repeats one part. The id of the upload is all that a later client needs to go on.
import {
  type CompletedUpload,
  type CompleteUpload,
  completedUpload,
  type Upload,
  upload as uploadSchema,
} from "../../protocol";
import { ParleyError } from "../parley-error";
import type { PartBytes } from "../transport/byte-upload";
import { channelPath, type Http } from "../transport/http";
import type { FileSource } from "./file-source";
import { type FileVariantBytes, KEEP_UPLOAD } from "./outbox";

/** The most parts that are sent at the same time. */
const PARALLEL_PARTS = 2;
/** How often an upload begins again that the server has forgotten. */
const RESTARTS = 2;

export interface UploadRequest {
  /** What the program has measured of the file. */
  measured?: CompleteUpload | undefined;
  variants?: readonly FileVariantBytes[] | undefined;
  /** The id of an upload of the same file that was interrupted. */
  resume?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Called once the upload has an id. */
  onBegun?: ((upload: string) => void) | undefined;
  /** Called with the bytes of the file that have been sent. */
  onProgress?: ((sent: number, size: number) => void) | undefined;
}

/**
 * Uploads a file and returns its ticket. Goes on after lost connections until `signal` aborts, and
 * throws the ParleyError of a refusal.
 */
export async function uploadFile(
  http: Http,
  channel: string,
  source: FileSource,
  request: UploadRequest,
): Promise<CompletedUpload> {
  const base = `${channelPath(channel)}/uploads`;
  let resume = request.resume;
  for (let restarts = 0; ; restarts++) {
    let begun: string | null = null;
    try {
      const upload = await beginOrResume(http, base, source, resume, request.signal);
      begun = upload.id;
      request.onBegun?.(upload.id);
      return await finish(http, `${base}/${upload.id}`, source, upload, request);
    } catch (error) {
      if (request.signal?.aborted) {
        if (begun !== null && request.signal.reason !== KEEP_UPLOAD)
          http.command("DELETE", `${base}/${begun}`).catch(() => undefined);
        throw error;
      }
      const isForgotten = error instanceof ParleyError && error.code === "not_found" && begun !== null;
      if (!isForgotten || restarts >= RESTARTS) throw error;
      resume = undefined;
    }
  }
}

async function beginOrResume(
  http: Http,
  base: string,
  { name, size, type }: FileSource,
  resume: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  if (resume !== undefined) {
    try {
      const found = await http.untilAnswered(() => http.get(`${base}/${resume}`, uploadSchema), signal);
      if (found.size === size) return found;
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === "not_found")) throw error;
    }
  }
  const file = { name: name === "" ? "file" : name, size, type };
  return await http.untilAnswered(() => http.send("POST", base, file, uploadSchema), signal);
}

async function finish(
  http: Http,
  path: string,
  source: FileSource,
  upload: Upload,
  { measured = {}, variants = [], signal, onProgress }: UploadRequest,
): Promise<CompletedUpload> {
  const { size, partSize, parts } = upload;
  const endOf = (part: number) => Math.min(size, part * partSize);
  /** The bytes that have left, by part. Bound: the parts of one file. */
  const sent = new Map(upload.received.map((part) => [part, endOf(part) - (part - 1) * partSize]));
  const report = () =>
    onProgress?.(
      Math.min(
        size,
        [...sent.values()].reduce((sum, bytes) => sum + bytes, 0),
      ),
      size,
    );
  report();
  const missing = Array.from({ length: parts }, (_, at) => at + 1).filter((part) => !sent.has(part));
  const put = (name: string, bytes: PartBytes, onSent?: (count: number) => void) =>
    http.untilAnswered(() => http.putBytes(`${path}/${name}`, bytes, { signal, onSent }), signal);
  const sendParts = async (): Promise<void> => {
    for (let part = missing.shift(); part !== undefined; part = missing.shift()) {
      const number = part;
      const [from, to] = [(number - 1) * partSize, endOf(number)];
      const bytes = await source.read(from, to);
      await put(`parts/${number}`, bytes, (count) => {
        sent.set(number, Math.min(count, to - from));
        report();
      });
      sent.set(number, to - from);
      report();
    }
  };
  const workers = Array.from({ length: PARALLEL_PARTS }, sendParts);
  const done = await Promise.allSettled(workers);
  for (const one of done) if (one.status === "rejected") throw one.reason;
  for (const { name, bytes } of variants) if (!upload.variants.includes(name)) await put(`variants/${name}`, bytes);
  return await http.untilAnswered(() => http.send("POST", `${path}/complete`, measured, completedUpload), signal);
}
