import { type RefObject, useLayoutEffect } from "react";

const growsByItself = CSS.supports("field-sizing", "content");

/** Makes the textarea as tall as its text if CSS cannot do this. CSS sets the maximum. */
export function useAutoHeight(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (growsByItself || !element || element.value !== text) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}
