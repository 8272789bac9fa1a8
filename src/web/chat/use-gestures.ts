// Touch gestures of a message: a long press opens its menu, a swipe replies.
import type { PointerEvent } from "react";
import type { Point } from "../controls/floating";
import { useLongPress } from "./use-long-press";
import { useSwipe } from "./use-swipe";

export function useGestures(open: (point: Point) => void, reply: (() => void) | null) {
  const press = useLongPress(open);
  const swipe = useSwipe(reply);
  const both =
    (one: (event: PointerEvent<HTMLElement>) => void, other: (event: PointerEvent<HTMLElement>) => void) =>
    (event: PointerEvent<HTMLElement>) => {
      one(event);
      other(event);
    };
  return {
    onContextMenu: press.onContextMenu,
    onPointerDown: both(press.onPointerDown, swipe.down),
    onPointerMove: both(press.onPointerMove, swipe.move),
    onPointerUp: both(press.onPointerUp, swipe.up),
    onPointerCancel: both(press.onPointerCancel, swipe.cancel),
  };
}
