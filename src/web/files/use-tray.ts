// The files that a person has added to a message and not sent yet.
import { useCallback, useEffect, useRef, useState } from "react";
import { limits } from "../../protocol";
import type { OutgoingFile } from "../../sdk";
import { prepareFile } from "./prepared-file";

/** What becomes of a video: it is being made smaller, it is smaller, or it stays as it is. */
export type VideoEncoding =
  | { state: "running"; progress: number }
  | { state: "smaller"; bytes: number }
  | { state: "original" };

export interface TrayFile {
  key: number;
  file: File;
  alt: string;
  /** Null for files that are no videos. */
  video: VideoEncoding | null;
  /** Ends the work on a video. */
  aborter: AbortController;
  /** Resolves when its smaller forms are made. */
  prepared: Promise<OutgoingFile>;
}

export type TrayProblem = "tooMany" | "tooLarge" | "empty" | null;

export function useTray() {
  const [files, setFiles] = useState<readonly TrayFile[]>([]);
  const [problem, setProblem] = useState<TrayProblem>(null);
  const next = useRef(1);
  const latest = useRef(files);
  latest.current = files;
  useEffect(
    () => () => {
      for (const { aborter } of latest.current) aborter.abort();
    },
    [],
  );

  const change = useCallback((key: number, changes: Partial<TrayFile>) => {
    setFiles((known) => known.map((one) => (one.key === key ? { ...one, ...changes } : one)));
  }, []);
  const encode = useCallback(
    async (key: number, file: File, signal: AbortSignal): Promise<OutgoingFile> => {
      try {
        const { smallerVideo } = await import("./video-encoding");
        const onProgress = (progress: number) => change(key, { video: { state: "running", progress } });
        const smaller = await smallerVideo(file, { signal, onProgress });
        if (smaller !== null) {
          change(key, { video: { state: "smaller", bytes: smaller.size } });
          return await prepareFile(smaller);
        }
      } catch (thrown) {
        // The person wants the original, has removed the video, or the code could not be loaded.
        if (!signal.aborted) console.warn(thrown);
      }
      change(key, { video: { state: "original" } });
      return await prepareFile(file);
    },
    [change],
  );
  const entryOf = useCallback(
    (file: File): TrayFile => {
      const key = next.current++;
      const aborter = new AbortController();
      const isVideo = file.type.startsWith("video/");
      const prepared = isVideo ? encode(key, file, aborter.signal) : prepareFile(file);
      return { key, file, alt: "", aborter, prepared, video: isVideo ? { state: "running", progress: 0 } : null };
    },
    [encode],
  );

  const add = useCallback(
    (added: Iterable<File>) => {
      const all = [...added];
      const sendable = all.filter(({ size }) => size > 0 && size <= limits.fileBytes);
      const room = limits.attachmentsPerMessage - latest.current.length;
      const isEmpty = all.some(({ size }) => size === 0);
      setProblem(
        sendable.length > room ? "tooMany" : isEmpty ? "empty" : sendable.length < all.length ? "tooLarge" : null,
      );
      const entries = sendable.slice(0, Math.max(0, room)).map(entryOf);
      latest.current = [...latest.current, ...entries];
      setFiles((known) => [...known, ...entries]);
    },
    [entryOf],
  );
  const remove = (key: number) => {
    setProblem(null);
    files.find((one) => one.key === key)?.aborter.abort();
    setFiles((known) => known.filter((one) => one.key !== key));
  };
  const describe = (key: number, alt: string) => change(key, { alt });
  /** Sends a video as it is, without waiting for a smaller one. */
  const keepOriginal = (key: number) => files.find((one) => one.key === key)?.aborter.abort();
  /** Empties the tray. Returns what to send. */
  const take = async (): Promise<OutgoingFile[]> => {
    const taken = files;
    setFiles([]);
    setProblem(null);
    return await Promise.all(
      taken.map(async ({ prepared, alt }) => ({ ...(await prepared), ...(alt.trim() !== "" && { alt: alt.trim() }) })),
    );
  };
  const isBusy = files.some(({ video }) => video?.state === "running");
  return { files, problem, isBusy, add, remove, describe, keepOriginal, take };
}

export type Tray = ReturnType<typeof useTray>;
