// Goes to a message: loads the log around it if necessary, scrolls it to the middle, and highlights
// it for a moment.
import { useCallback, useEffect, useRef, useState } from "react";
import type { ChannelHandle } from "../../sdk";
import type { Row } from "./rows";

const LIT_MS = 2_000;

export interface Target {
  seq: number;
}

const indexOf = (rows: readonly Row[], seq: number): number =>
  rows.findIndex((row) => row.kind === "message" && row.message.seq === seq);

export function useJump(
  handle: ChannelHandle,
  rows: readonly Row[],
  target: Target | null,
  show: (index: number) => void,
): string | null {
  const [lit, setLit] = useState<string | null>(null);
  const [pending, setPending] = useState<Target | null>(null);
  const latest = useRef({ rows, show });
  latest.current = { rows, show };

  const arrive = useCallback((seq: number): boolean => {
    const index = indexOf(latest.current.rows, seq);
    const row = latest.current.rows[index];
    if (!row) return false;
    latest.current.show(index);
    setLit(row.key);
    return true;
  }, []);

  useEffect(() => {
    if (target === null || arrive(target.seq)) return;
    let current = true;
    Promise.resolve(handle.loadAround(target.seq)).then(
      () => {
        if (current) setPending(target);
      },
      // The SDK asks again until a page is answered. It gives up when the channel is gone or the
      // session has ended, and the page shows both in place of the log.
      () => {},
    );
    return () => {
      current = false;
    };
  }, [target, handle, arrive]);

  // The loaded message is in the rows of this render or of a later one.
  useEffect(() => {
    if (pending && indexOf(rows, pending.seq) >= 0) {
      setPending(null);
      arrive(pending.seq);
    }
  }, [pending, rows, arrive]);

  useEffect(() => {
    if (lit === null) return;
    const timer = window.setTimeout(() => setLit(null), LIT_MS);
    return () => window.clearTimeout(timer);
  }, [lit]);
  return lit;
}
