// The current local day, so that "Today" becomes "Yesterday" at midnight on a page left open.
import { useSyncExternalStore } from "react";
import { dayOf } from "../../text/times";

const DAY_MS = 86_400_000;

function subscribe(listener: () => void): () => void {
  const untilMidnight = dayOf(Date.now() + DAY_MS) - Date.now();
  let timer = window.setTimeout(function tick() {
    listener();
    timer = window.setTimeout(tick, DAY_MS);
  }, untilMidnight + 1000);
  // Timers stop while a laptop sleeps; coming back is the other moment to look.
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", listener);
  };
}

/** Midnight at which today began. */
export const useToday = (): number => useSyncExternalStore(subscribe, () => dayOf(Date.now()));
