// Whether a person is looking at the page. Read marks and scrolling depend on it.
import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  window.addEventListener("focus", listener);
  window.addEventListener("blur", listener);
  return () => {
    document.removeEventListener("visibilitychange", listener);
    window.removeEventListener("focus", listener);
    window.removeEventListener("blur", listener);
  };
}

const isVisible = () => document.visibilityState === "visible";
/** Returns whether the page is visible and focused. Only then does what it shows count as read. */
export const isPageFocused = () => isVisible() && document.hasFocus();

export const usePageVisible = (): boolean => useSyncExternalStore(subscribe, isVisible);
export const usePageFocused = (): boolean => useSyncExternalStore(subscribe, isPageFocused);
