// Opens the menu of a message by right click, by the menu key, and by a long press if the browser
// sends no contextmenu event for it (iOS).
import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";
import type { Point } from "../controls/floating";
import { holdPress } from "../controls/held-press";

const PRESS_MS = 450;
const SLACK_PX = 8;

export function useLongPress(open: (point: Point) => void) {
  const timer = useRef(0);
  const start = useRef<Point>({ x: 0, y: 0 });
  const isTouched = useRef(false);
  const cancel = () => window.clearTimeout(timer.current);
  const end = () => {
    isTouched.current = false;
    cancel();
  };
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return {
    onContextMenu(event: MouseEvent<HTMLElement>) {
      cancel();
      // Links and selected text keep the browser's own menu.
      const isNative = event.target instanceof Element && event.target.closest("a") !== null;
      if (isNative || window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      if (isTouched.current) holdPress();
      const isKeyboard = event.clientX === 0 && event.clientY === 0;
      open(isKeyboard ? { x: box.left + 24, y: box.top + 24 } : { x: event.clientX, y: event.clientY });
    },
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.pointerType !== "touch") return;
      start.current = { x: event.clientX, y: event.clientY };
      isTouched.current = true;
      timer.current = window.setTimeout(() => {
        holdPress();
        open(start.current);
      }, PRESS_MS);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const { x, y } = start.current;
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) cancel();
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
