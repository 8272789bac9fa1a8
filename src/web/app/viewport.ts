import { useSyncExternalStore } from "react";

function mediaQuery(query: string) {
  const list = window.matchMedia(query);
  const subscribe = (listener: () => void) => {
    list.addEventListener("change", listener);
    return () => list.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => list.matches);
}

/** One pane at a time. The same number as in `styles/layout.css`. */
export const useNarrow = mediaQuery("(max-width: 720px)");
/** A finger is the main pointer: Enter belongs to the text, actions open by long press. */
export const useTouch = mediaQuery("(pointer: coarse)");
