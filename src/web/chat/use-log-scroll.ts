// The scroll position of the list. It opens at the first unread message or at the end. At the end
// it follows new messages and rows that grow; elsewhere it keeps the row that is being read in
// place.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { estimateRowHeight } from "./row-height";
import type { Row } from "./rows";

/** Positions this close to the end count as the end. */
export const END_PX = 48;
const SETTLE_MS = 250;

const distanceToEnd = ({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number =>
  scrollHeight - clientHeight - scrollTop;

interface Window {
  moreAfter: boolean;
  /** Whether new rows may scroll the list. */
  follow: boolean;
}

export function useLogScroll(rows: readonly Row[], { moreAfter, follow }: Window) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const wasAtEnd = useRef(true);
  /** The heights that the observer below has handled, and the outer rows and position then. */
  const known = useRef({ view: 0, content: 0, keys: "", top: 0 });
  const latest = useRef({ keys: "", moreAfter, isToggled: false });
  latest.current.keys = `${rows[0]?.key} ${rows.at(-1)?.key}`;
  latest.current.moreAfter = moreAfter;
  const isPlaced = useRef(false);
  const [isSettled, setSettled] = useState(false);
  const wantsEnd = useRef(false);
  /** Until the frame after a jump, the virtualiser takes the list to be where it was before. */
  const isJumping = useRef(false);
  /** Rows after an end that was not the end of the log are no new messages. */
  const hadMoreAfter = useRef(moreAfter);
  useLayoutEffect(() => {
    hadMoreAfter.current = moreAfter;
  }, [moreAfter]);

  const virtual = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRowHeight(rows[index]),
    // Scroll positions are whole pixels. Fractions would add up to a visible drift.
    measureElement: (row) => Math.ceil(row.getBoundingClientRect().height),
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    anchorTo: "end",
    followOnAppend: follow && !moreAfter && !hadMoreAfter.current && !isJumping.current,
    scrollEndThreshold: END_PX,
    overscan: 6,
    paddingEnd: 12,
    scrollPaddingStart: 72,
  });

  useLayoutEffect(() => {
    if (isPlaced.current) return;
    isPlaced.current = true;
    const index = rows.findIndex((row) => row.kind === "unread");
    wasAtEnd.current = index < 0;
    if (index >= 0) virtual.scrollToIndex(index, { align: "start" });
    else virtual.scrollToEnd();
  });

  // A position is an index. Pages that arrive before it is reached would shift it.
  const settleTimer = useRef(0);
  const settle = useCallback(() => {
    window.clearTimeout(settleTimer.current);
    setSettled(false);
    settleTimer.current = window.setTimeout(() => setSettled(true), SETTLE_MS);
  }, []);
  useEffect(() => {
    settle();
    return () => window.clearTimeout(settleTimer.current);
  }, [settle]);

  // The end may have to be loaded first. The list scrolls to it once it is there.
  useLayoutEffect(() => {
    if (!wantsEnd.current || moreAfter) return;
    wantsEnd.current = false;
    virtual.scrollToEnd();
  });

  /** The next growth is one that the reader asked for: it does not scroll the list. */
  const stay = useCallback(() => {
    latest.current.isToggled = true;
  }, []);

  useEffect(() => {
    const [element, inner] = [scroller.current, content.current];
    if (!element || !inner) return;
    // A growing composer, an opening keyboard or a growing row must not cover the last message. New
    // rows are the virtualiser's.
    const observer = new ResizeObserver(() => {
      const { keys, moreAfter, isToggled } = latest.current;
      const { view, content: before, keys: keysBefore } = known.current;
      const isSameList = before === inner.offsetHeight || (keys === keysBefore && !moreAfter && !isToggled);
      if (wasAtEnd.current && view > 0 && isSameList) element.scrollTop = element.scrollHeight;
      else wasAtEnd.current = distanceToEnd(element) < END_PX;
      latest.current.isToggled = false;
      known.current = { view: element.clientHeight, content: inner.offsetHeight, keys, top: element.scrollTop };
      setAtEnd(wasAtEnd.current);
    });
    observer.observe(element);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);

  const track = useCallback(() => {
    const [element, inner] = [scroller.current, content.current];
    if (!element || !inner) return;
    const { view, content: before, top } = known.current;
    const isResized = element.clientHeight !== view || inner.offsetHeight !== before;
    // Until the observer above has handled a resize, only a movement up says that the reader moved.
    if (isResized && element.scrollTop >= top) return;
    known.current.top = element.scrollTop;
    wasAtEnd.current = distanceToEnd(element) < END_PX;
    setAtEnd(wasAtEnd.current);
  }, []);

  const toIndex = (index: number, align: "auto" | "center") => {
    isJumping.current = true;
    requestAnimationFrame(() => {
      isJumping.current = false;
    });
    virtual.scrollToIndex(index, { align });
  };

  const toEnd = useCallback(() => {
    wantsEnd.current = true;
    if (moreAfter) return;
    wantsEnd.current = false;
    settle();
    virtual.scrollToEnd();
  }, [moreAfter, virtual, settle]);

  return { scroller, content, virtual, atEnd, isSettled, track, toIndex, toEnd, stay };
}
