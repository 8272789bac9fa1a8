// Loads pages of a channel's history: at either end of what is loaded, or around a message. It also
// reloads slices that a lost connection or a new epoch has made incomplete.
import { type ChannelCommand, limits, type Page, type PageQuery, type Quote } from "../../protocol";
import type { ChannelLog, PageKind } from "./log";
import type { LogSlice } from "./log-slice";
import { quoteOf } from "./message-states";
import { PageRequests } from "./page-requests";

interface HistoryListener {
  pageTaken(page: Page): void;
  pageSettled(): void;
  /** The page contradicts the local log. Only a new connection helps. */
  inconsistent(reason: string): void;
}

export class History {
  readonly requests: PageRequests;
  readonly #log: ChannelLog;
  readonly #listener: HistoryListener;

  constructor(
    log: ChannelLog,
    send: (command: ChannelCommand) => void,
    nextId: () => string,
    listener: HistoryListener,
  ) {
    this.requests = new PageRequests(send, nextId);
    this.#log = log;
    this.#listener = listener;
  }

  async loadBefore(slice: LogSlice): Promise<void> {
    const first = slice.window?.messages[0]?.seq;
    if (slice.window?.moreBefore && first !== undefined) await this.#load(slice, "before", first, { before: first });
  }

  async loadAfter(slice: LogSlice): Promise<void> {
    const last = slice.window?.messages.at(-1)?.seq;
    if (slice.window?.moreAfter && last !== undefined) await this.#load(slice, "after", last, { after: last });
  }

  async loadAround(slice: LogSlice, seq: number): Promise<void> {
    if (!slice.message(seq)) await this.#load(slice, "around", seq, { around: seq });
  }

  async loadLatest(slice: LogSlice): Promise<void> {
    if (slice.window?.moreAfter !== false) await this.#load(slice, "newest", null, slice.newest);
  }

  /** Loads a slice, and keeps it up to date from here on. */
  async follow(slice: LogSlice): Promise<void> {
    this.#log.slices.add(slice);
    if (slice.window === null) await this.#load(slice, "newest", null, slice.newest);
  }

  /** Loads all slices that are not loaded, or were loaded before the channel was joined. */
  catchUp(): void {
    for (const slice of this.#log.staleSlices) void this.#load(slice, "newest", null, slice.newest);
  }

  /**
   * Returns the quote of a message, for a reply to this message; null if the message is not loaded.
   */
  quote(seq: number): Quote | null {
    const message = this.#log.message(seq);
    return message ? quoteOf(seq, message.author, message.body) : null;
  }

  #load(slice: LogSlice, kind: PageKind, anchor: number | null, query: Partial<PageQuery>): Promise<void> {
    const name = `${slice.name} ${kind === "around" ? `around ${anchor}` : kind}`;
    const { thread } = slice.newest;
    const request = { limit: limits.pageDefault, ...(thread !== undefined && { thread }), ...query };
    return this.requests.load(name, request, {
      started: () => this.#log.pageRequested(),
      answered: (page) => {
        const { epoch } = this.#log;
        if (epoch !== null && page.epoch !== epoch) return this.#listener.inconsistent("a page of another epoch");
        this.#log.takePage(slice, kind, anchor, page);
        this.#listener.pageTaken(page);
      },
      pageSettled: () => {
        this.#log.pageSettled();
        this.#listener.pageSettled();
      },
    });
  }
}
