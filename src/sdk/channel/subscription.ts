// The conversation that keeps the log whole. One `channel.subscribe` is under way at a time: it starts from the cursor, goes on
// page by page, and ends in `ready`, from where on the server tells everything. A gap starts it again.
import type { ChannelCommand, FrameOf, HeardEvent, HeardEvents } from "../../protocol";
import type { ChannelLog } from "./log";

interface SubscriptionListener {
  applied(events: HeardEvent[]): void;
  /** Everything up to the head has been applied. */
  joined(ready: FrameOf<"ready">): void;
  /** The log was dropped; its newest page has to be loaded again. */
  wasReset(): void;
  /** What the server says does not fit together: only a new connection helps. */
  confused(why: string): void;
}

export class ChannelSubscription {
  readonly #log: ChannelLog;
  readonly #send: (command: ChannelCommand) => void;
  readonly #nextId: () => string;
  readonly #listener: SubscriptionListener;
  #askedId: string | null = null;
  #askedFrom: number | null = null;
  #isJoined = false;

  constructor(
    log: ChannelLog,
    send: (command: ChannelCommand) => void,
    nextId: () => string,
    listener: SubscriptionListener,
  ) {
    this.#log = log;
    this.#send = send;
    this.#nextId = nextId;
    this.#listener = listener;
  }

  /** Whether nothing is missing and everything that follows will come. */
  get isJoined(): boolean {
    return this.#isJoined;
  }

  begin(): void {
    this.#askedFrom = null;
    this.#ask();
  }

  /** Asks for another `ready`, where one has been. */
  renew(): void {
    if (this.#isJoined) this.begin();
  }

  lost(): void {
    this.#askedId = null;
    this.#isJoined = false;
  }

  events(frame: HeardEvents): void {
    if (this.#log.last === null) return;
    if (frame.epoch !== this.#log.epoch) {
      this.#listener.confused("events of another epoch");
      return;
    }
    this.#log.raiseHead(frame.head);
    const { applied, gap } = this.#log.apply(frame.events);
    if (applied.length > 0) {
      this.#askedFrom = null;
      this.#listener.applied(applied);
    }
    if (gap && this.#askedId === null) this.#ask();
  }

  more({ id }: FrameOf<"more">): void {
    if (id === this.#askedId) this.#ask();
  }

  ready(frame: FrameOf<"ready">): void {
    if (frame.id !== this.#askedId) return;
    this.#askedId = null;
    const { last, epoch } = this.#log;
    if (last === null) this.#log.join(frame.epoch, frame.head);
    if (last !== null && epoch !== frame.epoch) this.#listener.confused("ready in another epoch");
    else if (last !== null && frame.head > last) this.#ask();
    else {
      this.#isJoined = true;
      this.#askedFrom = null;
      this.#listener.joined(frame);
    }
  }

  reset(frame: FrameOf<"reset">): void {
    if (frame.id !== this.#askedId) return;
    this.#log.reset(frame.epoch);
    this.begin();
    this.#listener.wasReset();
  }

  /** Whether the refused command was a subscribe. */
  refused(id: string, retryAfterMs: number | null, later: (ms: number, again: () => void) => void): boolean {
    if (id !== this.#askedId) return false;
    if (retryAfterMs !== null) {
      later(retryAfterMs, () => {
        if (id === this.#askedId) this.begin();
      });
    }
    return true;
  }

  #ask(): void {
    const { cursor } = this.#log;
    if (cursor && cursor.after === this.#askedFrom) {
      this.#askedFrom = null;
      this.#listener.confused(`no events after ${cursor.after}`);
      return;
    }
    this.#isJoined = false;
    this.#askedFrom = cursor?.after ?? null;
    this.#askedId = this.#nextId();
    this.#send({ id: this.#askedId, type: "channel.subscribe", ...(cursor && { from: cursor }) });
  }
}
