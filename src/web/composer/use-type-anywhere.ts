import { type RefObject, useEffect } from "react";

/** Moves the focus to the composer when a person types outside of any input. */
export function useTypeAnywhere(box: RefObject<HTMLTextAreaElement | null>, isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
      const at = document.activeElement;
      const isInLog = at !== null && (at.tagName === "ARTICLE" || at.role === "log");
      const isFree = at === document.body || at === null || (isInLog && event.key !== " ");
      if (isFree && !document.querySelector("dialog[open]")) box.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [box, isWanted]);
}
