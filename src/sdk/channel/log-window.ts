// A part of a channel's log that is loaded: messages without a hole between them, as values that are replaced and never
// changed. Pages extend it at either end; events apply on top, and applying one twice is harmless.
import type { HeardEvent, Message, Page } from "../../protocol";
import { after, messageOf } from "./message-states";

export interface LogWindow {
  /** Ascending by seq, in their current state. */
  readonly messages: readonly Message[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /** What happened up to this position is in `messages`; while `moreAfter` is false, new messages too. */
  readonly through: number;
}

export const windowOf = ({ messages, moreBefore, moreAfter, head }: Page): LogWindow => ({
  messages,
  moreBefore,
  moreAfter,
  through: head,
});

export function withEarlier(window: LogWindow, page: Page): LogWindow {
  const first = window.messages[0]?.seq ?? Number.POSITIVE_INFINITY;
  const earlier = page.messages.filter((message) => message.seq < first);
  return { ...window, messages: [...earlier, ...window.messages], moreBefore: page.moreBefore };
}

export function withLater(window: LogWindow, page: Page): LogWindow {
  const last = window.messages.at(-1)?.seq ?? 0;
  const later = page.messages.filter((message) => message.seq > last);
  return { ...window, messages: [...window.messages, ...later], moreAfter: page.moreAfter, through: page.head };
}

/**
 * Messages of that thread (of the channel itself: null) are appended only where the window reaches the end; changes reach
 * whatever is loaded.
 */
export function withEvents(window: LogWindow, events: readonly HeardEvent[], thread: number | null): LogWindow {
  const messages = [...window.messages];
  let { through } = window;
  for (const event of events) {
    for (const [i, message] of messages.entries()) messages[i] = after(message, event);
    const isMine = event.type === "message.sent" && event.data.thread === thread;
    if (isMine && !window.moreAfter && event.seq > through) messages.push(messageOf(event));
    through = Math.max(through, event.seq);
  }
  return { ...window, messages, through };
}

/** Where the message with that seq is, or -1. */
export function indexOf(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = messages[middle]?.seq ?? 0;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
