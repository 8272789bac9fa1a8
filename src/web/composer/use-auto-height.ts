import { type RefObject, useLayoutEffect } from "react";

const growsByItself = CSS.supports("field-sizing", "content");

/** Makes the box as tall as its text where CSS cannot; the upper bound stays in CSS. */
export function useAutoHeight(box: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (growsByItself || !element || element.value !== text) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}
