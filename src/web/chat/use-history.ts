// Loads the next page of messages before a person scrolls to the edge of the window. Each edge is
// asked for once.
import { useEffect, useRef } from "react";
import type { ChannelHandle, ChannelView } from "../../sdk";

/** How far from an edge, in pixels, its page is loaded. */
const AHEAD_PX = 1_600;
const RETRY_MS = 3_000;

export function useHistory(handle: ChannelHandle, view: ChannelView) {
  const asked = useRef({ before: "", after: "" });
  const timers = useRef(new Set<number>());
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach((timer) => void window.clearTimeout(timer));
  }, []);

  const ask = (edge: "before" | "after", key: string, load: () => unknown) => {
    if (asked.current[edge] === key) return;
    asked.current[edge] = key;
    const forget = () => {
      const timer = window.setTimeout(() => {
        timers.current.delete(timer);
        if (asked.current[edge] === key) asked.current[edge] = "";
      }, RETRY_MS);
      timers.current.add(timer);
    };
    Promise.resolve(load()).catch(forget);
  };

  /** Call it when the list or its scroll position changes. */
  return (scroller: HTMLElement) => {
    const { messages, moreBefore, moreAfter } = view;
    const below = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    const [first] = messages;
    const last = messages.findLast((message) => message.seq !== null);
    if (moreBefore && first && scroller.scrollTop < AHEAD_PX) ask("before", first.key, () => handle.loadBefore());
    if (moreAfter && last && below < AHEAD_PX) ask("after", last.key, () => handle.loadAfter());
  };
}
