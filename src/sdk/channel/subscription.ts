// Keeps the local log complete. One `channel.subscribe` is in flight at a time. It starts from the
// cursor, continues page by page and ends with `ready`. From then on the server sends every event.
// A gap in the events starts it again.
import type { ChannelCommand, FrameOf, HeardEvent, HeardEvents } from "../../protocol";
import type { ChannelLog } from "./log";

interface SubscriptionListener {
  applied(events: HeardEvent[]): void;
  /** All events up to the head are applied. */
  joined(ready: FrameOf<"ready">): void;
  /** The local log was dropped. Its newest page has to be loaded again. */
  wasReset(): void;
  /** The server contradicts itself or the local log. Only a new connection helps. */
  inconsistent(reason: string): void;
}

export class ChannelSubscription {
  readonly #log: ChannelLog;
  readonly #send: (command: ChannelCommand) => void;
  readonly #nextId: () => string;
  readonly #listener: SubscriptionListener;
  #requestId: string | null = null;
  #requestedFrom: number | null = null;
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
      this.#listener.inconsistent("events of another epoch");
      return;
    }
    this.#log.raiseHead(frame.head);
    const { applied, gap } = this.#log.apply(frame.events);
    if (applied.length > 0) {
      this.#requestedFrom = null;
      this.#listener.applied(applied);
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
    if (last !== null && epoch !== frame.epoch) this.#listener.inconsistent("ready in another epoch");
    else if (last !== null && frame.head > last) this.#subscribe();
    else {
      this.#isJoined = true;
      this.#requestedFrom = null;
      this.#listener.joined(frame);
    }
  }

  reset(frame: FrameOf<"reset">): void {
    if (frame.id !== this.#requestId) return;
    this.#log.reset(frame.epoch);
    this.begin();
    this.#listener.wasReset();
  }

  /** Returns whether the refused command was the current subscribe. */
  refused(id: string, retryAfterMs: number | null, later: (ms: number, again: () => void) => void): boolean {
    if (id !== this.#requestId) return false;
    if (retryAfterMs !== null) {
      later(retryAfterMs, () => {
        if (id === this.#requestId) this.begin();
      });
    }
    return true;
  }

  #subscribe(): void {
    const { cursor } = this.#log;
    if (cursor && cursor.after === this.#requestedFrom) {
      this.#requestedFrom = null;
      this.#listener.inconsistent(`the server sent no events after ${cursor.after}`);
      return;
    }
    this.#isJoined = false;
    this.#requestedFrom = cursor?.after ?? null;
    this.#requestId = this.#nextId();
    this.#send({ id: this.#requestId, type: "channel.subscribe", ...(cursor && { from: cursor }) });
  }
}
