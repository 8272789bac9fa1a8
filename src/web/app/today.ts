// The current local day, so that "Today" becomes "Yesterday" at midnight on an open page.
import { useSyncExternalStore } from "react";
import { dayOf } from "../../text/times";

const DAY_MS = 86_400_000;

function subscribe(listener: () => void): () => void {
  const untilMidnight = dayOf(Date.now() + DAY_MS) - Date.now();
  let timer = window.setTimeout(function tick() {
    listener();
    timer = window.setTimeout(tick, DAY_MS);
  }, untilMidnight + 1000);
  // Timers do not run while a laptop sleeps, so the day is also checked when the page becomes
  // visible.
  document.addEventListener("visibilitychange", listener);
  return () => {
    window.clearTimeout(timer);
    document.removeEventListener("visibilitychange", listener);
  };
}

/** Returns the midnight at which today began. Epoch milliseconds. */
export const useToday = (): number => useSyncExternalStore(subscribe, () => dayOf(Date.now()));
