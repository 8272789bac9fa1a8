// A loaded range of messages without gaps, as an immutable value. Pages extend it at either end.
// Events update it, and applying an event twice has no effect.
import type { HeardEvent, Message, Page } from "../../protocol";
import { isInChannel, messageAfter, messageOf } from "./message-states";

export interface LogWindow {
  /** Ascending by seq, in their current state. */
  readonly messages: readonly Message[];
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /**
   * Events up to this position are applied to `messages`. While `moreAfter` is false, the messages
   * they sent are included.
   */
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
 * Applies events. Changes apply to all loaded messages. New messages of `thread` (null: of the
 * channel itself) are appended only if the window reaches the end of the log.
 */
export function withEvents(window: LogWindow, events: readonly HeardEvent[], thread: number | null): LogWindow {
  const messages = [...window.messages];
  let { through } = window;
  for (const event of events) {
    for (const [i, message] of messages.entries()) messages[i] = messageAfter(message, event);
    const isShown = event.type === "message.sent" && isOfSlice(event.data, thread);
    if (isShown && !window.moreAfter && event.seq > through) messages.push(messageOf(event));
    through = Math.max(through, event.seq);
  }
  return { ...window, messages, through };
}

const isOfSlice = (message: Pick<Message, "thread" | "toChannel">, thread: number | null): boolean =>
  thread === null ? isInChannel(message) : message.thread === thread;

/** Returns the index of the message with that seq, or -1. */
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
