// The current local day by the server's clock, so that "Today" becomes "Yesterday" at midnight on
// an open page.
import { useSyncExternalStore } from "react";
import { dayOf } from "../../text/times";
import { serverNow } from "./use-moment";

const DAY_MS = 86_400_000;

function subscribe(listener: () => void): () => void {
  const untilMidnight = dayOf(serverNow() + DAY_MS) - serverNow();
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
export const useToday = (): number => useSyncExternalStore(subscribe, () => dayOf(serverNow()));
