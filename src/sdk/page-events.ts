import { type ActivityWatcher, watchActivity } from "./activity";
import type { Environment } from "./options";

interface Watcher extends ActivityWatcher {
  /** The network or the page is back, which is sooner than any timer. */
  awake(): void;
  /** The network is said to be gone: sockets may look open for a while. */
  doubtful(): void;
  /** The page is going away, perhaps for good. */
  leaving(): void;
}

/** Listens to the page, where there is one. Returns a function that stops it. */
export function watchPage(environment: Environment, { awake, doubtful, leaving, ...watcher }: Watcher): () => void {
  if (!environment.isPage) return () => {};
  const stopActivity = watchActivity(environment.clock, watcher);
  const shown = () => {
    if (document.visibilityState === "visible") awake();
  };
  addEventListener("online", awake);
  addEventListener("offline", doubtful);
  addEventListener("pagehide", leaving);
  document.addEventListener("visibilitychange", shown);
  return () => {
    stopActivity();
    removeEventListener("online", awake);
    removeEventListener("offline", doubtful);
    removeEventListener("pagehide", leaving);
    document.removeEventListener("visibilitychange", shown);
  };
}
