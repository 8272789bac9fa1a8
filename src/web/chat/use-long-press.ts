// Opens the menu of a message by right click, by the menu key, and by a long press if the browser
// sends no contextmenu event for it (iOS).
import { type MouseEvent, type PointerEvent, useEffect, useRef } from "react";
import type { Point } from "../controls/floating";

const PRESS_MS = 450;
const SLACK_PX = 8;

export function useLongPress(open: (point: Point) => void) {
  const timer = useRef(0);
  const start = useRef<Point>({ x: 0, y: 0 });
  const cancel = () => window.clearTimeout(timer.current);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return {
    onContextMenu(event: MouseEvent<HTMLElement>) {
      cancel();
      // Links and selected text keep the browser's own menu.
      const isNative = event.target instanceof Element && event.target.closest("a") !== null;
      if (isNative || window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      const box = event.currentTarget.getBoundingClientRect();
      const isKeyboard = event.clientX === 0 && event.clientY === 0;
      open(isKeyboard ? { x: box.left + 24, y: box.top + 24 } : { x: event.clientX, y: event.clientY });
    },
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.pointerType !== "touch") return;
      start.current = { x: event.clientX, y: event.clientY };
      timer.current = window.setTimeout(() => open(start.current), PRESS_MS);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const { x, y } = start.current;
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
  };
}
