// What is loaded of a channel, and how it grows: pages at either end, a jump elsewhere, and loading anew what a cut or another life of
// the log has made doubtful.
import { type ChannelCommand, limits, type Page, type PageQuery, type Quote } from "../../protocol";
import type { ChannelLog, PageKind } from "./log";
import type { LogSlice } from "./log-slice";
import { previewOfBody } from "./message-states";
import { PageRequests } from "./page-requests";

interface HistoryListener {
  taken(page: Page): void;
  settled(): void;
  /** The page does not fit the log: only a new connection helps. */
  confused(why: string): void;
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

  async earlier(part: LogSlice): Promise<void> {
    const first = part.window?.messages[0]?.seq;
    if (part.window?.moreBefore && first !== undefined) await this.#load(part, "before", first, { before: first });
  }

  async later(part: LogSlice): Promise<void> {
    const last = part.window?.messages.at(-1)?.seq;
    if (part.window?.moreAfter && last !== undefined) await this.#load(part, "after", last, { after: last });
  }

  async around(part: LogSlice, seq: number): Promise<void> {
    if (!part.message(seq)) await this.#load(part, "around", seq, { around: seq });
  }

  async latest(part: LogSlice): Promise<void> {
    if (part.window?.moreAfter !== false) await this.#load(part, "newest", null, part.newest);
  }

  /** Loads a part, and keeps it up to date from here on. */
  async follow(part: LogSlice): Promise<void> {
    this.#log.parts.add(part);
    if (part.window === null) await this.#load(part, "newest", null, part.newest);
  }

  /** Everything that is followed and not loaded, or loaded too early. */
  catchUp(): void {
    for (const part of this.#log.behind) void this.#load(part, "newest", null, part.newest);
  }

  /** A message in short, as one that answers it quotes it; null where it is not loaded. */
  quote(seq: number): Quote | null {
    const message = this.#log.message(seq);
    return message ? { seq, author: message.author, preview: previewOfBody(message.body) } : null;
  }

  #load(part: LogSlice, kind: PageKind, anchor: number | null, query: Partial<PageQuery>): Promise<void> {
    const name = `${part.name} ${kind === "around" ? `around ${anchor}` : kind}`;
    const { thread } = part.newest;
    const request = { limit: limits.pageDefault, ...(thread !== undefined && { thread }), ...query };
    return this.requests.ask(name, request, {
      started: () => this.#log.pageAsked(),
      answered: (page) => {
        const { epoch } = this.#log;
        if (epoch !== null && page.epoch !== epoch) return this.#listener.confused("a page of another epoch");
        this.#log.takePage(part, kind, anchor, page);
        this.#listener.taken(page);
      },
      settled: () => {
        this.#log.pageSettled();
        this.#listener.settled();
      },
    });
  }
}
