// The scroll position of the list. It opens at the first unread message or at the end. It follows
// new messages only at the end, and otherwise keeps the row that is being read in place.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { estimateRowHeight } from "./row-height";
import type { Row } from "./rows";

/** Positions this close to the end count as the end. */
export const END_PX = 48;
const SETTLE_MS = 250;

interface Window {
  moreAfter: boolean;
  /** Whether new rows may scroll the list. */
  follow: boolean;
}

export function useLogScroll(rows: readonly Row[], { moreAfter, follow }: Window) {
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const wasAtEnd = useRef(true);
  const height = useRef(0);
  const isPlaced = useRef(false);
  const [isSettled, setSettled] = useState(false);
  const wantsEnd = useRef(false);

  const virtual = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRowHeight(rows[index]),
    // Scroll positions are whole pixels. Fractions would add up to a visible drift.
    measureElement: (row) => Math.ceil(row.getBoundingClientRect().height),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    anchorTo: "end",
    followOnAppend: follow && !moreAfter,
    scrollEndThreshold: END_PX,
    overscan: 6,
    paddingEnd: 12,
    scrollPaddingStart: 72,
  });

  useLayoutEffect(() => {
    if (isPlaced.current) return;
    isPlaced.current = true;
    const index = rows.findIndex((row) => row.kind === "unread");
    if (index >= 0) virtual.scrollToIndex(index, { align: "start" });
    else virtual.scrollToEnd();
  });

  // The first position is an index. Pages that arrive before it is reached would shift it.
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(true), SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, []);

  // The end may have to be loaded first. The list scrolls to it once it is there.
  useLayoutEffect(() => {
    if (!wantsEnd.current || moreAfter) return;
    wantsEnd.current = false;
    virtual.scrollToEnd();
  });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // A growing composer or an opening keyboard must not cover the last message.
    const observer = new ResizeObserver(() => {
      const isFirst = height.current === 0;
      height.current = element.clientHeight;
      if (wasAtEnd.current && !isFirst) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const track = useCallback(() => {
    const element = scroller.current;
    // Until the observer above has handled a resize, the position says nothing about the reader.
    if (!element || element.clientHeight !== height.current) return;
    wasAtEnd.current = element.scrollHeight - element.clientHeight - element.scrollTop < END_PX;
    setAtEnd(wasAtEnd.current);
  }, []);

  const toEnd = useCallback(() => {
    wantsEnd.current = true;
    if (moreAfter) return;
    wantsEnd.current = false;
    virtual.scrollToEnd();
  }, [moreAfter, virtual]);

  return { scroller, virtual, atEnd, isSettled, track, toEnd };
}
