// Keeps the local log complete. One `channel.subscribe` is in flight at a time. It starts from the
// cursor, continues page by page and ends with `ready`. From then on the server sends every event.
// A gap in the events starts it again.
import type { FrameOf, HeardEvents } from "../../protocol";
import type { Clock } from "../transport/clock";
import type { CommandSender } from "./command-sender";
import type { ChannelLog } from "./log";
import type { PartReport } from "./reports";

export class ChannelSubscription {
  readonly #clock: Clock;
  readonly #log: ChannelLog;
  readonly #commands: CommandSender;
  readonly #report: (report: PartReport) => void;
  #requestId: string | null = null;
  #requestedFrom: number | null = null;
  #isJoined = false;

  constructor(clock: Clock, log: ChannelLog, commands: CommandSender, report: (report: PartReport) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#commands = commands;
    this.#report = report;
  }

  /** Whether no event is missing and the server sends every later one. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  begin(): void {
    this.#requestedFrom = null;
    this.#subscribe();
  }

  /** Requests another `ready` if the channel is joined. */
  renew(): void {
    if (this.#isJoined) this.begin();
  }

  lost(): void {
    this.#requestId = null;
    this.#isJoined = false;
  }

  events(frame: HeardEvents): void {
    if (this.#log.last === null) return;
    if (frame.epoch !== this.#log.epoch) {
      this.#inconsistent("events of another epoch");
      return;
    }
    this.#log.raiseHead(frame.head);
    const { applied, gap } = this.#log.apply(frame.events);
    if (applied.length > 0) {
      this.#requestedFrom = null;
      this.#report({ type: "events-applied", events: applied });
    }
    if (gap && this.#requestId === null) this.#subscribe();
  }

  more({ id }: FrameOf<"more">): void {
    if (id === this.#requestId) this.#subscribe();
  }

  ready(frame: FrameOf<"ready">): void {
    if (frame.id !== this.#requestId) return;
    this.#requestId = null;
    const { last, epoch } = this.#log;
    if (last === null) this.#log.join(frame.epoch, frame.head);
    if (last !== null && epoch !== frame.epoch) this.#inconsistent("ready in another epoch");
    else if (last !== null && frame.head > last) this.#subscribe();
    else {
      this.#isJoined = true;
      this.#requestedFrom = null;
      this.#report({ type: "joined", ready: frame });
    }
  }

  reset(frame: FrameOf<"reset">): void {
    if (frame.id !== this.#requestId) return;
    this.#log.reset(frame.epoch);
    this.begin();
    this.#report({ type: "log-reset" });
  }

  /** Returns whether the refused command was the current subscribe. */
  refused(id: string, retryAfterMs: number | null): boolean {
    if (id !== this.#requestId) return false;
    if (retryAfterMs !== null) {
      this.#clock.setTimeout(() => {
        if (id === this.#requestId) this.begin();
      }, retryAfterMs);
    }
    return true;
  }

  #inconsistent(reason: string): void {
    this.#report({ type: "inconsistent", reason });
  }

  #subscribe(): void {
    const { cursor } = this.#log;
    if (cursor && cursor.after === this.#requestedFrom) {
      this.#requestedFrom = null;
      this.#inconsistent(`the server sent no events after ${cursor.after}`);
      return;
    }
    this.#isJoined = false;
    this.#requestedFrom = cursor?.after ?? null;
    this.#requestId = this.#commands.nextId();
    const from = cursor ? { from: cursor } : {};
    this.#commands.send({ id: this.#requestId, type: "channel.subscribe", ...from, hereInBatches: true, purges: true });
  }
}
