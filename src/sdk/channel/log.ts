// This device's copy of a channel's log: a cursor (epoch, last) and what is loaded of it. An event is applied when it is the next
// one; a lower one has been, a higher one means that something is missing. The cursor and the loaded parts move independently:
// reading old history never changes which event comes next.
import { type Cursor, type HeardEvent, type Message, type Page, type Preview, previewOf } from "../../protocol";
import { channelSlice, type LogSlice } from "./log-slice";
import { indexOf, type LogWindow, windowOf, withEarlier, withEvents, withLater } from "./log-window";
import { isNotice, noticeOf } from "./notices";
import type { ChannelNotice } from "./views";

export type PageKind = "newest" | "around" | "before" | "after";

/** What is loaded of the channel. */
export interface LoadedChannel {
  /** Null until the channel has been joined. */
  readonly last: number | null;
  /** What a list would show of it; undefined where the newest messages are not loaded. */
  readonly newest: Preview | null | undefined;
  readonly messages: readonly Message[];
  message(seq: number): Message | undefined;
  /** As it was before the events that were applied last. */
  messageBefore(seq: number): Message | undefined;
}

export class ChannelLog {
  readonly main = channelSlice();
  /** Everything that is kept up to date; the channel itself first. */
  readonly parts = new Set<LogSlice>([this.main]);
  #epoch: string | null = null;
  #last: number | null = null;
  #head = 0;
  #notices: ChannelNotice[] = [];
  /** Events applied while a page is on its way: it may have been read before them. */
  #recent: HeardEvent[] = [];
  #pagesUnderWay = 0;
  /** What was loaded before the events applied last. */
  #before: readonly LogWindow[] = [];

  get epoch(): string | null {
    return this.#epoch;
  }

  /** Seq of the last event applied; null until the channel has been joined. */
  get last(): number | null {
    return this.#last;
  }

  get head(): number {
    return this.#head;
  }

  get window(): LogWindow | null {
    return this.main.window;
  }

  /** Those that stand between the loaded messages. */
  get notices(): ChannelNotice[] {
    const { messages, moreBefore, moreAfter } = this.window ?? { messages: [], moreBefore: true, moreAfter: true };
    const from = moreBefore ? (messages[0]?.seq ?? Number.POSITIVE_INFINITY) : 0;
    const to = moreAfter ? (messages.at(-1)?.seq ?? 0) : Number.POSITIVE_INFINITY;
    return this.#notices.filter(({ seq }) => seq > from && seq < to);
  }

  get cursor(): Cursor | null {
    return this.#epoch === null || this.#last === null ? null : { epoch: this.#epoch, after: this.#last };
  }

  /** Joined at `head`: every later event will come. What is loaded may lack some before it: `behind` tells. */
  join(epoch: string, head: number): void {
    if (this.#epoch !== epoch) this.reset(epoch);
    this.#last = head;
    this.raiseHead(head);
  }

  /** Parts that are not loaded, or were before the channel was joined, so that events between the two are nowhere. */
  get behind(): LogSlice[] {
    return [...this.parts].filter(({ window }) => window === null || window.through < (this.#last ?? 0));
  }

  raiseHead(head: number): void {
    this.#head = Math.max(this.#head, head);
  }

  /** Applies those that are next; `gap` tells that one was missing before some. */
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
    if (applied.length > 0) this.#take(applied);
    return { applied, gap };
  }

  #take(events: readonly HeardEvent[]): void {
    if (this.#pagesUnderWay > 0) this.#recent.push(...events);
    this.#before = [...this.parts].flatMap(({ window }) => window ?? []);
    for (const part of this.parts) {
      if (part.window) part.window = withEvents(part.window, events, part.thread);
    }
    this.#notices.push(...events.filter(isNotice).map(noticeOf));
  }

  pageAsked(): void {
    this.#pagesUnderWay++;
  }

  pageSettled(): void {
    this.#pagesUnderWay--;
    if (this.#pagesUnderWay === 0) this.#recent = [];
  }

  /** Takes a page in. `anchor` is the seq the page was asked from; one whose edge has moved since is of no use. */
  takePage(part: LogSlice, kind: PageKind, anchor: number | null, page: Page): void {
    this.#epoch ??= page.epoch;
    this.raiseHead(page.head);
    const { window } = part;
    let next: LogWindow;
    if (kind === "newest" || kind === "around") next = windowOf(page);
    else if (kind === "before" && window?.messages[0]?.seq === anchor) next = withEarlier(window, page);
    else if (kind === "after" && window?.messages.at(-1)?.seq === anchor) next = withLater(window, page);
    else return;
    if (!part.isGrowing) next = { ...next, moreAfter: true };
    part.window = withEvents(next, this.#recent, part.thread);
  }

  /** How far somebody has read who has read `seq`: the changes that follow the last message leave nothing to read. */
  readPosition(seq: number): number {
    const { window } = this;
    const isAll = window !== null && !window.moreAfter && seq >= (window.messages.at(-1)?.seq ?? 0);
    return isAll ? this.#head : Math.min(seq, this.#head);
  }

  message(seq: number): Message | undefined {
    for (const part of this.parts) {
      const message = part.message(seq);
      if (message) return message;
    }
    return undefined;
  }

  messageBefore(seq: number): Message | undefined {
    for (const { messages } of this.#before) {
      const message = messages[indexOf(messages, seq)];
      if (message) return message;
    }
    return undefined;
  }

  /** Of all parts, in no order, each once. */
  get messages(): Message[] {
    const loaded = [...this.parts].flatMap(({ window }) => window?.messages ?? []);
    return [...new Map(loaded.map((message) => [message.seq, message])).values()];
  }

  /** The newest message that is not deleted, in short; undefined where that is not loaded, or may not be all of it. */
  get newest(): Preview | null | undefined {
    const { window } = this;
    if (window === null || window.moreAfter || window.through !== this.#last || this.#pagesUnderWay > 0)
      return undefined;
    for (const { author, at, body } of window.messages.toReversed())
      if (body.state === "live") return { author, at, text: previewOf(body.text) };
    return window.moreBefore ? undefined : null;
  }

  /** Drops everything: the log on the other side is a different one. */
  reset(epoch: string): void {
    this.#epoch = epoch;
    this.#last = null;
    this.#head = 0;
    this.#recent = [];
    this.#before = [];
    this.#notices = [];
    for (const part of this.parts) part.window = null;
  }
}
