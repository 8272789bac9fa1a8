// Makes a picked video smaller in a worker. Loaded when the first video is picked.
import { videoWorkerUrl } from "../app/script-url";
import address from "./video-worker?worker&url";

/** What the worker says of its work. */
export type VideoAnswer =
  | { type: "progress"; progress: number }
  /** Null: the original is as good. */
  | { type: "done"; bytes: Blob | null }
  | { type: "failed"; reason: string };

interface EncodingOptions {
  signal: AbortSignal;
  /** Called with how much is done: 0 to 1. */
  onProgress(progress: number): void;
}

const extensions: Readonly<Record<string, string>> = { "video/mp4": "mp4", "video/webm": "webm" };

/** Ends when the video before has ended: each takes the whole processor. */
let turn: Promise<unknown> = Promise.resolve();

/** Returns a smaller file; null if the original is to be sent. Rejects only if `signal` aborts. */
export async function smallerVideo(file: File, { signal, onProgress }: EncodingOptions): Promise<File | null> {
  if (!("VideoEncoder" in globalThis)) return null;
  const before = turn;
  const { promise, resolve } = Promise.withResolvers<void>();
  turn = promise;
  try {
    await Promise.race([before, aborted(signal)]);
    return await encoded(file, signal, onProgress);
  } finally {
    resolve();
  }
}

/** Rejects when a signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener("abort", () => reject(signal.reason));
  // The work may have ended first.
  promise.catch(() => undefined);
  return promise;
}

async function encoded(file: File, signal: AbortSignal, onProgress: (progress: number) => void): Promise<File | null> {
  const worker = new Worker(videoWorkerUrl(address), { type: "module", name: "video" });
  const answered = new Promise<Blob | null>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<VideoAnswer>) => {
      if (data.type === "progress") return onProgress(data.progress);
      if (data.type === "failed") console.warn(`a video is sent as it is: ${data.reason}`);
      resolve(data.type === "done" ? data.bytes : null);
    };
    worker.onerror = () => resolve(null);
    worker.postMessage(file);
  });
  try {
    const bytes = await Promise.race([answered, aborted(signal)]);
    if (bytes === null) return null;
    const dot = file.name.lastIndexOf(".");
    const name = `${dot > 0 ? file.name.slice(0, dot) : "video"}.${extensions[bytes.type] ?? "mp4"}`;
    return new File([bytes], name, { type: bytes.type });
  } finally {
    worker.terminate();
  }
}
