// A horizontal swipe over a message starts a reply. Vertical movement scrolls the list.
import { type PointerEvent, useRef } from "react";

const START_PX = 14;
const ENOUGH_PX = 64;
const MOST_PX = 84;
/** Closer to the screen's edge, a swipe is the browser's gesture for Back. */
const EDGE_PX = 28;

export function useSwipe(onSwiped: (() => void) | null) {
  const start = useRef<{ x: number; y: number } | null>(null);
  const moved = useRef(0);

  const settle = (element: HTMLElement) => {
    start.current = null;
    moved.current = 0;
    element.style.removeProperty("--swipe");
    delete element.dataset.swiping;
  };

  return {
    down(event: PointerEvent<HTMLElement>) {
      if (!onSwiped || event.pointerType !== "touch" || event.clientX < EDGE_PX) return;
      start.current = { x: event.clientX, y: event.clientY };
    },
    move(event: PointerEvent<HTMLElement>) {
      const element = event.currentTarget;
      if (!start.current) return;
      const right = (event.clientX - start.current.x) * (getComputedStyle(element).direction === "rtl" ? -1 : 1);
      if (moved.current === 0 && Math.abs(event.clientY - start.current.y) > START_PX) return settle(element);
      if (right < START_PX && moved.current === 0) return;
      moved.current = Math.max(0, Math.min(MOST_PX, right - START_PX));
      element.dataset.swiping = moved.current >= ENOUGH_PX ? "enough" : "started";
      element.style.setProperty("--swipe", `${moved.current}px`);
    },
    up(event: PointerEvent<HTMLElement>) {
      if (start.current && moved.current >= ENOUGH_PX) onSwiped?.();
      settle(event.currentTarget);
    },
    cancel(event: PointerEvent<HTMLElement>) {
      settle(event.currentTarget);
    },
  };
}
