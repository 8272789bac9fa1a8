import type { Environment } from "./options";

/** Calls `awake` when the network or the page comes back, which is sooner than any timer. Returns a function that stops it. */
export function watchNetwork({ isPage }: Environment, awake: () => void): () => void {
  if (!isPage) return () => {};
  const shown = () => {
    if (document.visibilityState === "visible") awake();
  };
  addEventListener("online", awake);
  document.addEventListener("visibilitychange", shown);
  return () => {
    removeEventListener("online", awake);
    document.removeEventListener("visibilitychange", shown);
  };
}
