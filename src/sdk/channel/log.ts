// The local copy of a channel's log: a cursor (epoch, last) and the loaded slices. An event is
// applied when it is the next one. A lower one was applied before, and a higher one means that some
// are missing. Loading history does not move the cursor, so it never changes which event is next.
import type { Cursor, HeardEvent, Message, Page, Preview } from "../../protocol";
import { channelSlice, type LogSlice } from "./log-slice";
import { indexOf, type LogWindow, windowOf, withEarlier, withEvents, withLater } from "./log-window";
import { previewOfMessage } from "./message-states";
import { isNotice, noticeOf } from "./notices";
import type { ChannelNotice } from "./views";

export type PageKind = "newest" | "around" | "before" | "after";

/** The loaded part of a channel, as the inbox uses it. */
export interface LoadedChannel {
  /** The seq of the last applied event; null until the channel has been joined. */
  readonly last: number | null;
  /** The preview for the inbox row. Undefined if the newest messages are not loaded. */
  readonly latestPreview: Preview | null | undefined;
  readonly messages: readonly Message[];
  message(seq: number): Message | undefined;
  /** Returns the message as it was before the last events were applied. */
  messageBefore(seq: number): Message | undefined;
}

export class ChannelLog {
  readonly main = channelSlice();
  /** The slices that are kept up to date. The messages outside threads come first. */
  readonly slices = new Set<LogSlice>([this.main]);
  #epoch: string | null = null;
  #last: number | null = null;
  #head = 0;
  #notices: ChannelNotice[] = [];
  /** Events applied while pages are in flight. The server may have read the pages before them. */
  #eventsDuringPage: HeardEvent[] = [];
  #pagesInFlight = 0;
  /** The windows as they were before the last events were applied. */
  #previousWindows: readonly LogWindow[] = [];

  get epoch(): string | null {
    return this.#epoch;
  }

  /** The seq of the last applied event; null until the channel has been joined. */
  get last(): number | null {
    return this.#last;
  }

  get head(): number {
    return this.#head;
  }

  get window(): LogWindow | null {
    return this.main.window;
  }

  /** The notices within the loaded window. */
  get notices(): ChannelNotice[] {
    const { messages, moreBefore, moreAfter } = this.window ?? { messages: [], moreBefore: true, moreAfter: true };
    const from = moreBefore ? (messages[0]?.seq ?? Number.POSITIVE_INFINITY) : 0;
    const to = moreAfter ? (messages.at(-1)?.seq ?? 0) : Number.POSITIVE_INFINITY;
    return this.#notices.filter(({ seq }) => seq > from && seq < to);
  }

  get cursor(): Cursor | null {
    return this.#epoch === null || this.#last === null ? null : { epoch: this.#epoch, after: this.#last };
  }

  /**
   * Sets the cursor to `head`: the server sends every later event. Slices that were loaded before
   * may lack earlier ones; they are in `staleSlices`.
   */
  join(epoch: string, head: number): void {
    if (this.#epoch !== epoch) this.reset(epoch);
    this.#last = head;
    this.raiseHead(head);
  }

  /** Slices that are not loaded, or lack events between their loading and joining. */
  get staleSlices(): LogSlice[] {
    return [...this.slices].filter(({ window }) => window === null || window.through < (this.#last ?? 0));
  }

  raiseHead(head: number): void {
    this.#head = Math.max(this.#head, head);
  }

  /** Applies the events that are next in order. `gap`: an event before the others is missing. */
  apply(events: readonly HeardEvent[]): { applied: HeardEvent[]; gap: boolean } {
    const applied: HeardEvent[] = [];
    if (this.#last === null) return { applied, gap: false };
    let last = this.#last;
    let gap = false;
    for (const event of events) {
      if (event.seq <= last) continue;
      gap = event.seq > last + 1;
      if (gap) break;
      applied.push(event);
      last = event.seq;
    }
    this.#last = last;
    this.raiseHead(last);
    if (applied.length > 0) this.#apply(applied);
    return { applied, gap };
  }

  #apply(events: readonly HeardEvent[]): void {
    if (this.#pagesInFlight > 0) this.#eventsDuringPage.push(...events);
    this.#previousWindows = [...this.slices].flatMap(({ window }) => window ?? []);
    for (const slice of this.slices) {
      if (slice.window) slice.window = withEvents(slice.window, events, slice.thread);
    }
    this.#notices.push(...events.filter(isNotice).map(noticeOf));
  }

  pageRequested(): void {
    this.#pagesInFlight++;
  }

  pageSettled(): void {
    this.#pagesInFlight--;
    if (this.#pagesInFlight === 0) this.#eventsDuringPage = [];
  }

  /**
   * Adds a page to a slice. `anchor` is the seq that the page was requested from. A page is ignored
   * if the edge of the window is no longer at its anchor.
   */
  takePage(slice: LogSlice, kind: PageKind, anchor: number | null, page: Page): void {
    this.#epoch ??= page.epoch;
    this.raiseHead(page.head);
    const { window } = slice;
    let next: LogWindow;
    if (kind === "newest" || kind === "around") next = windowOf(page);
    else if (kind === "before" && window?.messages[0]?.seq === anchor) next = withEarlier(window, page);
    else if (kind === "after" && window?.messages.at(-1)?.seq === anchor) next = withLater(window, page);
    else return;
    if (slice === this.main) this.#takeCalls(page);
    if (!slice.isGrowing) next = { ...next, moreAfter: true };
    slice.window = withEvents(next, this.#eventsDuringPage, slice.thread);
  }

  /** Adds the calls of a page to the notices. Those that were received live are there already. */
  #takeCalls({ calls = [] }: Page): void {
    const known = new Set(this.#notices.map(({ seq }) => seq));
    const added = calls.filter(({ seq }) => !known.has(seq)).map(noticeOf);
    if (added.length > 0) this.#notices = [...this.#notices, ...added].sort((one, other) => one.seq - other.seq);
  }

  /** Returns the read position for a message. After the last message, it is the head of the log. */
  readPosition(seq: number): number {
    const { window } = this;
    const isAll = window !== null && !window.moreAfter && seq >= (window.messages.at(-1)?.seq ?? 0);
    return isAll ? this.#head : Math.min(seq, this.#head);
  }

  message(seq: number): Message | undefined {
    for (const slice of this.slices) {
      const message = slice.message(seq);
      if (message) return message;
    }
    return undefined;
  }

  messageBefore(seq: number): Message | undefined {
    for (const { messages } of this.#previousWindows) {
      const message = messages[indexOf(messages, seq)];
      if (message) return message;
    }
    return undefined;
  }

  /** The messages of all slices, each once, in no particular order. */
  get messages(): Message[] {
    const loaded = [...this.slices].flatMap(({ window }) => window?.messages ?? []);
    return [...new Map(loaded.map((message) => [message.seq, message])).values()];
  }

  /**
   * The preview of the newest message that is not deleted. Undefined if it is not loaded, or if
   * events or pages may be missing.
   */
  get latestPreview(): Preview | null | undefined {
    const { window } = this;
    if (window === null || window.moreAfter || window.through !== this.#last || this.#pagesInFlight > 0)
      return undefined;
    const newest = window.messages.findLast(({ body }) => body.state === "live");
    if (newest) return previewOfMessage(newest);
    return window.moreBefore ? undefined : null;
  }

  /** Drops everything, because the server has another log. */
  reset(epoch: string): void {
    this.#epoch = epoch;
    this.#last = null;
    this.#head = 0;
    this.#eventsDuringPage = [];
    this.#previousWindows = [];
    this.#notices = [];
    for (const slice of this.slices) slice.window = null;
  }
}
