import { useSyncExternalStore } from "react";

function mediaQuery(query: string) {
  const list = window.matchMedia(query);
  const subscribe = (listener: () => void) => {
    list.addEventListener("change", listener);
    return () => list.removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(subscribe, () => list.matches);
}

/** Whether there is room for one pane only. `styles/layout.css` has the same number. */
export const useNarrow = mediaQuery("(max-width: 720px)");
/** Whether touch is the main input: Enter inserts a line break, and a long press opens menus. */
export const useTouch = mediaQuery("(pointer: coarse)");
