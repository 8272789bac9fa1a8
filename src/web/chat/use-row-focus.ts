// Keyboard navigation between messages. One message is in the tab order; arrow keys, Home and End
// move from there.
import type { Virtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useState } from "react";
import type { Row } from "./rows";

const isMessage = (row: Row | undefined): boolean => row?.kind === "message";

export function useRowFocus(
  rows: readonly Row[],
  virtual: Virtualizer<HTMLDivElement, HTMLDivElement>,
  scroller: RefObject<HTMLDivElement | null>,
  onLeave: () => void,
) {
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
    virtual.scrollToIndex(index, { align: "auto" });
    focusRow(index);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (
      !(event.target instanceof HTMLElement) ||
      (event.target.role !== "article" && event.target.tagName !== "ARTICLE")
    )
      return;
    const at = rows.findIndex((row) => row.key === active);
    const targets: Record<string, () => number> = {
      ArrowUp: () => rows.findLastIndex((row, index) => index < at && isMessage(row)),
      ArrowDown: () => rows.findIndex((row, index) => index > at && isMessage(row)),
      Home: () => rows.findIndex(isMessage),
      End: () => rows.findLastIndex(isMessage),
    };
    if (event.key === "Escape") onLeave();
    else if (targets[event.key]) goTo(targets[event.key]?.() ?? -1);
    else return;
    event.preventDefault();
  };

  return { active, setActive: setChosen, focusRow, onKeyDown };
}
