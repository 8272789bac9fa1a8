// Loads pages of a channel's history: at either end of what is loaded, or around a message. It also
// reloads slices that a lost connection or a new epoch has made incomplete.
import { limits, type PageQuery } from "../../protocol";
import type { Clock } from "../transport/clock";
import type { CommandSender } from "./command-sender";
import type { ChannelLog, PageKind } from "./log";
import type { LogSlice } from "./log-slice";
import { PageRequests } from "./page-requests";
import type { PartReport } from "./reports";

export class History {
  readonly requests: PageRequests;
  readonly #log: ChannelLog;
  readonly #report: (report: PartReport) => void;

  constructor(clock: Clock, log: ChannelLog, commands: CommandSender, report: (report: PartReport) => void) {
    this.requests = new PageRequests(clock, commands);
    this.#log = log;
    this.#report = report;
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

  #load(slice: LogSlice, kind: PageKind, anchor: number | null, query: Partial<PageQuery>): Promise<void> {
    const name = `${slice.name} ${kind === "around" ? `around ${anchor}` : kind}`;
    const { thread } = slice.newest;
    const request = { limit: limits.pageDefault, ...(thread !== undefined && { thread }), ...query };
    return this.requests.load(name, request, {
      started: () => this.#log.pageRequested(),
      answered: (page) => {
        const { epoch } = this.#log;
        if (epoch !== null && page.epoch !== epoch) {
          this.#report({ type: "inconsistent", reason: "a page of another epoch" });
          return;
        }
        this.#log.takePage(slice, kind, anchor, page);
        this.#report({ type: "page-taken", page });
      },
      pageSettled: () => {
        this.#log.pageSettled();
        this.#report({ type: "changed" });
      },
    });
  }
}
