// This device's copy of a channel's log: a cursor (epoch, last) and a loaded window. An event is applied when it is the next
// one; a lower one has been, a higher one means that something is missing. The cursor and the window move independently:
// reading old history never changes which event comes next.
import type { Cursor, Event, Message, Page } from "../protocol";
import { indexOf, type LogWindow, windowOf, withEarlier, withEvents, withLater } from "./log-window";

export type PageKind = "newest" | "around" | "before" | "after";

export class ChannelLog {
  #epoch: string | null = null;
  #last: number | null = null;
  #head = 0;
  #window: LogWindow | null = null;
  /** Events applied while a page is on its way: it may have been read before them. */
  #recent: Event[] = [];
  #pagesUnderWay = 0;

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
    return this.#window;
  }

  get cursor(): Cursor | null {
    return this.#epoch === null || this.#last === null ? null : { epoch: this.#epoch, after: this.#last };
  }

  /** Joined at `head`: every later event will come. Whether the window lacks some before it, the caller asks `isBehind`. */
  join(epoch: string, head: number): void {
    if (this.#epoch !== epoch) this.reset(epoch);
    this.#last = head;
    this.sawHead(head);
  }

  /** True where the newest page was read before the channel was joined, so that events between the two are in neither. */
  get isBehind(): boolean {
    const window = this.#window;
    return window !== null && !window.moreAfter && window.through < (this.#last ?? 0);
  }

  sawHead(head: number): void {
    this.#head = Math.max(this.#head, head);
  }

  /** Applies those that are next; `gap` tells that one was missing before some. */
  apply(events: readonly Event[]): { applied: Event[]; gap: boolean } {
    const applied: Event[] = [];
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
    this.sawHead(last);
    if (this.#pagesUnderWay > 0) this.#recent.push(...applied);
    if (this.#window && applied.length > 0) this.#window = withEvents(this.#window, applied);
    return { applied, gap };
  }

  pageAsked(): void {
    this.#pagesUnderWay++;
  }

  pageSettled(): void {
    this.#pagesUnderWay--;
    if (this.#pagesUnderWay === 0) this.#recent = [];
  }

  /** Takes a page in. `anchor` is the seq the page was asked from; one whose edge has moved since is of no use. */
  takePage(kind: PageKind, anchor: number | null, page: Page): void {
    this.#epoch ??= page.epoch;
    this.sawHead(page.head);
    const window = this.#window;
    let next: LogWindow;
    if (kind === "newest" || kind === "around") next = windowOf(page);
    else if (kind === "before" && window?.messages[0]?.seq === anchor) next = withEarlier(window, page);
    else if (kind === "after" && window?.messages.at(-1)?.seq === anchor) next = withLater(window, page);
    else return;
    this.#window = withEvents(next, this.#recent);
  }

  /** How far somebody has read who has read `seq`: the changes that follow the last message leave nothing to read. */
  readPosition(seq: number): number {
    const window = this.#window;
    const isAll = window !== null && !window.moreAfter && seq >= (window.messages.at(-1)?.seq ?? 0);
    return isAll ? this.#head : Math.min(seq, this.#head);
  }

  message(seq: number): Message | undefined {
    const messages = this.#window?.messages ?? [];
    return messages[indexOf(messages, seq)];
  }

  /** Drops everything: the log on the other side is a different one. */
  reset(epoch: string): void {
    this.#epoch = epoch;
    this.#last = null;
    this.#head = 0;
    this.#window = null;
    this.#recent = [];
  }
}
