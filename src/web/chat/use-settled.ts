// Runs an action once what is shown has settled, so that scrolling past does not count as seeing.
import { useEffect, useRef } from "react";

const SETTLE_MS = 250;

/**
 * Returns a function to call after every change of what is shown. `action` runs `SETTLE_MS` later,
 * once for all calls until then, if the page is focused. It also runs after the page gets focus.
 */
export function useSettled(isFocused: boolean, action: () => void): () => void {
  const timer = useRef(0);
  const latest = useRef({ isFocused, action });
  latest.current = { isFocused, action };

  const update = useRef(() => {
    // Further changes do not postpone the action: a busy channel is marked as it goes.
    if (timer.current !== 0) return;
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      if (latest.current.isFocused) latest.current.action();
    }, SETTLE_MS);
  });

  useEffect(
    () => () => {
      window.clearTimeout(timer.current);
      timer.current = 0;
    },
    [],
  );
  useEffect(() => {
    if (isFocused) update.current();
  }, [isFocused]);
  return update.current;
}
