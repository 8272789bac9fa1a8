// Keyboard navigation between messages. One message is in the tab order; arrow keys and Home move
// from there. End goes to the end of the channel, which may have to be loaded first.
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Row } from "./rows";

const isMessage = (row: Row | undefined): boolean => row?.kind === "message";

interface RowFocusOptions {
  toIndex(index: number, align: "auto"): void;
  /** Whether newer messages exist beyond the rows. */
  moreAfter: boolean;
  /** Scrolls to the end of the channel. */
  onEnd(): void;
  /** Called for Escape. */
  onLeave(): void;
}

export function useRowFocus(
  rows: readonly Row[],
  scroller: RefObject<HTMLDivElement | null>,
  { toIndex, moreAfter, onEnd, onLeave }: RowFocusOptions,
) {
  const wantsLast = useRef(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const last = rows.findLast(isMessage)?.key ?? null;
  const active = rows.some((row) => row.key === chosen) ? chosen : last;

  const focusRow = (index: number) => {
    const row = rows[index];
    if (!row) return;
    setChosen(row.key);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] article`)?.focus({ preventScroll: true }),
    );
  };

  const goTo = (index: number) => {
    if (index < 0) return;
    toIndex(index, "auto");
    focusRow(index);
  };

  const toLast = () => {
    onEnd();
    wantsLast.current = moreAfter;
    // The focused row may leave the list while the end is loaded.
    if (moreAfter) scroller.current?.focus({ preventScroll: true });
    else goTo(rows.findLastIndex(isMessage));
  };
  useEffect(() => {
    if (!wantsLast.current || moreAfter) return;
    wantsLast.current = false;
    focusRow(rows.findLastIndex(isMessage));
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    if (!(target instanceof HTMLElement) || (target.tagName !== "ARTICLE" && target !== scroller.current)) return;
    const at = rows.findIndex((row) => row.key === active);
    const targets: Record<string, () => number> = {
      ArrowUp: () => rows.findLastIndex((row, index) => index < at && isMessage(row)),
      ArrowDown: () => rows.findIndex((row, index) => index > at && isMessage(row)),
      Home: () => rows.findIndex(isMessage),
    };
    if (event.key === "Escape") onLeave();
    else if (event.key === "End") toLast();
    else if (targets[event.key]) goTo(targets[event.key]?.() ?? -1);
    else return;
    event.preventDefault();
  };

  return { active, setActive: setChosen, focusRow, onKeyDown };
}
