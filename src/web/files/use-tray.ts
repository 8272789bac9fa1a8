// The files that a person has added to a message and not sent yet.
import { useCallback, useRef, useState } from "react";
import { limits } from "../../protocol";
import type { OutgoingFile } from "../../sdk";
import { prepareFile } from "./prepared-file";

export interface TrayFile {
  key: number;
  file: File;
  alt: string;
  /** Resolves when its smaller pictures are made. */
  prepared: Promise<OutgoingFile>;
}

export type TrayProblem = "tooMany" | "tooLarge" | "empty" | null;

export function useTray() {
  const [files, setFiles] = useState<readonly TrayFile[]>([]);
  const [problem, setProblem] = useState<TrayProblem>(null);
  const next = useRef(1);

  const add = useCallback((added: Iterable<File>) => {
    const all = [...added];
    const sendable = all.filter(({ size }) => size > 0 && size <= limits.fileBytes);
    setFiles((known) => {
      const room = limits.attachmentsPerMessage - known.length;
      const isEmpty = all.some(({ size }) => size === 0);
      setProblem(
        sendable.length > room ? "tooMany" : isEmpty ? "empty" : sendable.length < all.length ? "tooLarge" : null,
      );
      const taken = sendable.slice(0, Math.max(0, room));
      return [...known, ...taken.map((file) => ({ key: next.current++, file, alt: "", prepared: prepareFile(file) }))];
    });
  }, []);
  const remove = (key: number) => {
    setProblem(null);
    setFiles((known) => known.filter((one) => one.key !== key));
  };
  const describe = (key: number, alt: string) =>
    setFiles((known) => known.map((one) => (one.key === key ? { ...one, alt } : one)));
  /** Empties the tray. Returns what to send. */
  const take = async (): Promise<OutgoingFile[]> => {
    const taken = files;
    setFiles([]);
    setProblem(null);
    return await Promise.all(
      taken.map(async ({ prepared, alt }) => ({ ...(await prepared), ...(alt.trim() !== "" && { alt: alt.trim() }) })),
    );
  };
  return { files, problem, add, remove, describe, take };
}

export type Tray = ReturnType<typeof useTray>;
