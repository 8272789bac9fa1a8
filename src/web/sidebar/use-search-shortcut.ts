import { useEffect, useRef } from "react";

/**
 * Returns whether the key is Ctrl+K or Ctrl+Shift+F, with Cmd on a Mac. Under a Korean layout `key`
 * is no Latin letter, so `code` decides.
 */
function isSearchKey({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  if (!(ctrlKey || metaKey) || altKey) return false;
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, "").toLowerCase();
  return shiftKey ? letter === "f" : letter === "k";
}

/** Calls `find` on the shortcut, but not over a dialog or during a composition. */
export function useSearchShortcut(find: () => void): void {
  const latest = useRef(find);
  latest.current = find;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || !isSearchKey(event) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
