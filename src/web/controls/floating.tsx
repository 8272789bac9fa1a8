// Something small that opens at a point: beside the pointer, or a sheet from the bottom edge on a touch screen (CSS decides).
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { dismissLightly } from "./light-dismiss";

export interface Point {
  x: number;
  y: number;
}

interface FloatingProps {
  label: string;
  className?: string;
  point: Point;
  /** Gets the element, for whoever has to move a focus in it. */
  element?: RefObject<HTMLDialogElement | null>;
  onKeyDown?(event: KeyboardEvent): void;
  onClose(): void;
  children: ReactNode;
}

const EDGE_PX = 8;

/** The lower left corner of what was clicked: where its popup belongs. */
export function pointBelow(element: Element): Point {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 4 };
}

export function Floating({ label, className, point, element, onKeyDown, onClose, children }: FloatingProps) {
  const own = useRef<HTMLDialogElement>(null);
  const dialog = element ?? own;
  const { x, y } = point;

  useLayoutEffect(() => {
    const open = dialog.current;
    if (!open) return;
    open.showModal();
    const { width, height } = open.getBoundingClientRect();
    open.style.setProperty("--x", `${Math.max(EDGE_PX, Math.min(x, window.innerWidth - width - EDGE_PX))}px`);
    open.style.setProperty("--y", `${Math.max(EDGE_PX, Math.min(y, window.innerHeight - height - EDGE_PX))}px`);
    const stopDismissing = dismissLightly(open, () => open.close());
    return () => {
      stopDismissing();
      open.close();
    };
  }, [dialog, x, y]);

  return (
    <dialog
      ref={dialog}
      className={className ? `floating ${className}` : "floating"}
      aria-label={label}
      closedby="any"
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      {children}
    </dialog>
  );
}
