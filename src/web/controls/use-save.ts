import { useCallback, useEffect, useState } from "react";

export type SaveState =
  | { state: "idle" }
  | { state: "busy" }
  | { state: "saved" }
  | { state: "failed"; thrown: unknown };

const SAVED_MS = 4_000;

/**
 * Returns the state of saving something: busy, saved for a moment, or failed until the next
 * attempt.
 */
export function useSave(): [SaveState, (work: () => Promise<unknown>) => Promise<boolean>] {
  const [saving, setSaving] = useState<SaveState>({ state: "idle" });
  useEffect(() => {
    if (saving.state !== "saved") return;
    const timer = window.setTimeout(() => setSaving({ state: "idle" }), SAVED_MS);
    return () => window.clearTimeout(timer);
  }, [saving]);

  const save = useCallback(async (work: () => Promise<unknown>) => {
    setSaving({ state: "busy" });
    try {
      await work();
      setSaving({ state: "saved" });
      return true;
    } catch (thrown) {
      setSaving({ state: "failed", thrown });
      return false;
    }
  }, []);
  return [saving, save];
}
