// Whether somebody is looking: read marks and followed lists depend on it.
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
/** Visible and focused: what is on screen may count as read. */
export const isPageFocused = () => isVisible() && document.hasFocus();

export const usePageVisible = (): boolean => useSyncExternalStore(subscribe, isVisible);
export const usePageFocused = (): boolean => useSyncExternalStore(subscribe, isPageFocused);
