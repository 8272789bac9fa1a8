// A channel's socket and what is kept over it. It joins the parts that each own a decision: the log (what happened), the
// subscription (nothing is missing), the pending commands (nothing is lost or doubled), pages of history and the read mark.
import { channel, type Event, type FrameOf, limits, type PageQuery, type ServerFrame } from "../protocol";
import type { ChannelHost } from "./channel-host";
import { ChannelLog, type PageKind } from "./channel-log";
import { LiveSocket } from "./live-socket";
import { PageRequests } from "./page-requests";
import { errorOf, ParleyError } from "./parley-error";
import { PendingCommands } from "./pending";
import { ReadMark } from "./read-mark";
import { Subscription } from "./subscription";
import type { ChannelView } from "./views";

interface SessionListener {
  changed(): void;
  applied(events: readonly Event[]): void;
}

export class ChannelSession {
  readonly log = new ChannelLog();
  readonly pending: PendingCommands;
  readonly mark: ReadMark;
  readonly #id: string;
  readonly #host: ChannelHost;
  readonly #listener: SessionListener;
  readonly #socket: LiveSocket;
  readonly #subscription: Subscription;
  readonly #pages: PageRequests;
  /** What the server last said about my place here. */
  standing: Pick<FrameOf<"ready">, "role" | "permissions"> | null = null;
  reads: Readonly<Record<string, number>> = {};
  #live: PromiseWithResolvers<void> | null = null;
  #isGone = false;
  #commandIds = 0;

  constructor(id: string, host: ChannelHost, listener: SessionListener) {
    this.#id = id;
    this.#host = host;
    this.#listener = listener;
    const { environment, tokens, http, outbox } = host;
    const path = `/v1/channels/${encodeURIComponent(id)}`;
    const nextId = () => String(++this.#commandIds);
    this.#socket = new LiveSocket(environment, tokens, `${path}/socket`, {
      opened: (hello) => this.#opened(hello),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      ended: (action) => (action === "stop" ? this.#gone() : host.signedOut()),
      explain: () => http.get(path, channel),
    });
    const send = this.#socket.send.bind(this.#socket);
    this.mark = new ReadMark(environment.clock, send, nextId);
    this.#pages = new PageRequests(send, nextId);
    this.pending = new PendingCommands(environment, outbox, {
      send,
      nextId,
      cursor: () => this.log.cursor,
      changed: () => this.#changed(),
    });
    this.#subscription = new Subscription(this.log, send, nextId, {
      applied: (events) => this.#applied(events),
      joined: (ready) => this.#joined(ready),
      wasReset: () => this.#wasReset(),
      confused: (why) => this.#confused(why),
    });
  }

  get phase(): ChannelView["phase"] {
    if (this.#isGone) return "gone";
    if (this.#live === null) return "closed";
    if (this.log.window === null || this.log.last === null) return "loading";
    return this.#subscription.isJoined ? "live" : "catching-up";
  }

  /** Opens the socket where it is not, and resolves when the channel has been live once since. */
  attach(): Promise<void> {
    if (this.#live === null) {
      this.#isGone = false;
      this.#live = Promise.withResolvers();
      this.#live.promise.catch(() => {});
      this.#socket.start();
      this.#changed();
    }
    return this.#live.promise;
  }

  /** Closes the socket and keeps what is loaded. */
  close(): void {
    this.mark.flush();
    this.#socket.stop();
    this.#detach();
    this.#giveUp(new ParleyError("offline"));
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  load(kind: PageKind, anchor: number | null, query: Partial<PageQuery>): Promise<void> {
    const name = kind === "around" ? `around ${anchor}` : kind;
    const request = { limit: limits.pageDefault, ...query };
    return this.#pages.ask(name, request, {
      started: () => this.log.pageAsked(),
      answered: (page) => {
        if (this.log.epoch !== null && page.epoch !== this.log.epoch) return this.#confused("a page of another epoch");
        this.log.takePage(kind, anchor, page);
        const mine = page.messages.map(({ author, nonce }) => ({ actor: author, nonce }));
        this.pending.confirm(mine, this.log.last ?? 0);
      },
      settled: () => {
        this.log.pageSettled();
        this.#changed();
      },
    });
  }

  #opened(hello: FrameOf<"hello">): void {
    this.#host.identified(hello.user);
    this.pending.follow(hello.rate);
    if (!this.#socket.isOnline) return;
    this.#subscription.begin();
    this.#pages.resume();
    if (this.log.window === null) void this.load("newest", null, {});
    this.#changed();
  }

  #received(frame: ServerFrame): void {
    if (frame.type === "events") this.#subscription.events(frame);
    else if (frame.type === "ready") this.#subscription.ready(frame);
    else if (frame.type === "more") this.#subscription.more(frame);
    else if (frame.type === "reset") this.#subscription.reset(frame);
    else if (frame.type === "page") this.#pages.answered(frame.id, frame.page);
    else if (frame.type === "ack") this.pending.acked(frame.id, frame.seq, this.log.last ?? 0);
    else if (frame.type === "error") this.#refused(frame);
    else if (frame.type === "signal") this.sawMark(frame.signal.user, frame.signal.seq);
    this.#host.settled();
  }

  #applied(events: readonly Event[]): void {
    this.pending.confirm(events, this.log.last ?? 0);
    // Sending reads, and the server does not say so by a signal.
    const me = this.#host.userId();
    const mine = events.findLast(({ type, actor }) => type === "message.sent" && actor === me);
    if (mine) this.sawMark(mine.actor, mine.seq);
    this.#changed();
    this.#listener.applied(events);
  }

  #joined({ role, permissions, reads }: FrameOf<"ready">): void {
    this.standing = { role, permissions };
    this.reads = { ...reads };
    if (this.log.isBehind || this.log.window === null) void this.load("newest", null, {});
    this.mark.attach();
    this.pending.attach();
    this.#changed();
  }

  /** Somebody has read up to `seq`; a lower one than known says nothing. */
  sawMark(user: string, seq: number): void {
    if (seq <= (this.reads[user] ?? 0)) return;
    this.reads = { ...this.reads, [user]: seq };
    this.#changed();
  }

  #wasReset(): void {
    this.mark.reset();
    this.reads = {};
    void this.load("newest", null, {});
    this.#changed();
  }

  #refused(frame: FrameOf<"error">): void {
    const { id } = frame;
    const error = errorOf(frame);
    const retryAfterMs = error.temporary ? (error.retryAfterMs ?? 1_000) : null;
    const later = (ms: number, again: () => void) => void this.#host.environment.clock.setTimeout(again, ms);
    if (id === undefined) {
      this.#host.environment.warn(`the server refused a frame: ${error.code}`);
      return;
    }
    if (this.pending.refused(id, error) || this.#pages.refused(id, error, later)) return;
    if (this.mark.refused(id, retryAfterMs)) return;
    if (this.#subscription.refused(id, retryAfterMs, later) && !error.temporary) {
      this.#socket.stop();
      this.#gone();
    }
  }

  #confused(why: string): void {
    this.#host.environment.warn(`channel ${this.#id}: ${why}`);
    this.#socket.restart();
  }

  #lost(): void {
    this.#detach();
    this.#changed();
  }

  #detach(): void {
    this.#subscription.lost();
    this.pending.detach();
    this.mark.detach();
  }

  #gone(): void {
    const error = new ParleyError("not_found");
    this.#isGone = true;
    this.#detach();
    this.pending.failAll(error);
    this.#giveUp(error);
  }

  #giveUp(error: ParleyError): void {
    const live = this.#live;
    this.#live = null;
    this.#pages.rejectAll(error);
    live?.reject(error);
    this.#changed();
  }

  #changed(): void {
    if (this.phase === "live") this.#live?.resolve();
    this.#listener.changed();
  }
}
