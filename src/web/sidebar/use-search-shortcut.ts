import { useEffect, useRef } from "react";

/** Ctrl+K and Ctrl+Shift+F, with Cmd on a Mac. Under a Korean layout the key says nothing, so its place does. */
function isSearchKey({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  if (!(ctrlKey || metaKey) || altKey) return false;
  const letter = /^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace(/^Key/, "").toLowerCase();
  return shiftKey ? letter === "f" : letter === "k";
}

/** Calls `find` when somebody asks for the search by keyboard; not over a dialog, nor while an input method composes. */
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
