// A small dialog that opens at a point. On a touch screen CSS shows it as a sheet at the bottom
// edge.
import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { useHeldPress } from "./held-press";
import { dismissLightly } from "./light-dismiss";

export interface Point {
  x: number;
  y: number;
}

interface FloatingProps {
  label: string;
  className?: string;
  point: Point;
  /** Receives the dialog element, for owners that move the focus inside it. */
  element?: RefObject<HTMLDialogElement | null>;
  onKeyDown?(event: KeyboardEvent): void;
  onClose(): void;
  children: ReactNode;
}

const EDGE_PX = 8;

/** Returns the point below the left corner of the clicked element, where its popup belongs. */
export function pointBelow(element: Element): Point {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 4 };
}

export function Floating({ label, className, point, element, onKeyDown, onClose, children }: FloatingProps) {
  const own = useRef<HTMLDialogElement>(null);
  const dialog = element ?? own;
  const isHeld = useHeldPress();
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
      closedby={isHeld ? "closerequest" : "any"}
      onClose={onClose}
      onKeyDown={onKeyDown}
    >
      {children}
    </dialog>
  );
}
