// A channel's socket and what is kept over it. It joins the parts that each own a decision: the log (what happened), the
// subscription (nothing is missing), the pending commands (nothing is lost or doubled), pages of history and the read mark.
import { channel, closeCodes, type FrameOf, type HeardEvent, type HeardFrame, type Signal } from "../../protocol";
import { PendingCommands } from "../outbox/pending-commands";
import { errorOf, ParleyError } from "../parley-error";
import { channelPath } from "../transport/http";
import { ReconnectingSocket } from "../transport/reconnecting-socket";
import { History } from "./history";
import type { ChannelHost } from "./host";
import { LiveState } from "./live-state";
import { ChannelLog } from "./log";
import { ReadMark } from "./read-mark";
import { ChannelSubscription } from "./subscription";
import { Typing } from "./typing";
import type { Phase } from "./views";

interface SessionListener {
  changed(): void;
  applied(events: readonly HeardEvent[]): void;
}

export class ChannelSession {
  readonly log = new ChannelLog();
  readonly liveState = new LiveState();
  readonly typing: Typing;
  readonly history: History;
  readonly pending: PendingCommands;
  readonly mark: ReadMark;
  readonly #id: string;
  readonly #host: ChannelHost;
  readonly #listener: SessionListener;
  readonly #socket: ReconnectingSocket;
  readonly #subscription: ChannelSubscription;
  #live: PromiseWithResolvers<void> | null = null;
  #isGone = false;
  #commandIds = 0;
  readonly #nextId = () => String(++this.#commandIds);

  constructor(id: string, host: ChannelHost, listener: SessionListener) {
    this.#id = id;
    this.#host = host;
    this.#listener = listener;
    const { environment, transports, http, outbox } = host;
    const path = channelPath(id);
    const nextId = this.#nextId;
    this.typing = new Typing(environment.clock, () => this.#changed());
    this.#socket = new ReconnectingSocket(environment, transports, `${path}/socket`, {
      opened: (hello) => this.#opened(hello),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      ended: (action, code) => {
        if (action === "sign-in") host.signedOut();
        else if (code === closeCodes.tooManySockets) this.#displaced();
        else this.#stopped();
      },
      explain: () => http.get(path, channel),
    });
    const send = this.#socket.send.bind(this.#socket);
    this.mark = new ReadMark(environment.clock, send, nextId);
    this.history = new History(this.log, send, nextId, {
      taken: ({ messages }) => {
        const mine = messages.map(({ author, nonce }) => ({ actor: author, nonce }));
        this.pending.confirm(mine, this.log.last ?? 0);
      },
      settled: () => this.#changed(),
      confused: (why) => this.#confused(why),
    });
    this.pending = new PendingCommands(environment, outbox, {
      send,
      nextId,
      cursor: () => this.log.cursor,
      changed: () => this.#changed(),
    });
    this.#subscription = new ChannelSubscription(this.log, send, nextId, {
      applied: (events) => this.#applied(events),
      joined: (ready) => this.#joined(ready),
      wasReset: () => this.#wasReset(),
      confused: (why) => this.#confused(why),
    });
  }

  get phase(): Phase {
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

  /** For `offline`: finds out soon whether the connection is dead, and does nothing where there is none. */
  probe(): void {
    this.#socket.probe();
  }

  /** It is out of reach for good: the directory says so. */
  end(): void {
    if (this.#isGone) return;
    this.#socket.stop();
    this.#gone();
  }

  /** I am writing. Said seldom, and only where somebody can hear it at once. */
  write(thread: number | null): void {
    if (!this.#socket.isSocket || !this.#subscription.isJoined || !this.typing.take()) return;
    this.#socket.send({ id: this.#nextId(), type: "typing.start", ...(thread !== null && { thread }) });
  }

  setBackground(background: boolean): void {
    if (this.#socket.isSocket) this.#socket.send({ id: this.#nextId(), type: "view.set", background });
  }

  #opened(hello: FrameOf<"hello">): void {
    this.#host.identified(hello.user);
    this.pending.setRate(hello.rate);
    if (!this.#socket.isOnline) return;
    if (this.#host.isInBackground()) this.setBackground(true);
    this.#subscription.begin();
    this.history.requests.resume();
    this.history.catchUp();
    this.#changed();
  }

  #received(frame: HeardFrame): void {
    if (frame.type === "events") this.#subscription.events(frame);
    else if (frame.type === "ready") this.#subscription.ready(frame);
    else if (frame.type === "more") this.#subscription.more(frame);
    else if (frame.type === "reset") this.#subscription.reset(frame);
    else if (frame.type === "page") this.history.requests.answered(frame.id, frame.page);
    else if (frame.type === "ack") this.#acked(frame);
    else if (frame.type === "error") this.#refused(frame);
    else if (frame.type === "signal") this.#signalled(frame.signal);
    this.#host.settled();
  }

  #signalled(signal: Signal): void {
    if (signal.type === "typing.started") {
      if (signal.user !== this.#host.userId()) this.typing.heard(signal.user, signal.thread);
      return;
    }
    if (signal.type === "here.changed" && !signal.here) this.typing.left(signal.user);
    if (this.liveState.heard(signal)) this.#changed();
  }

  #acked({ id, seq }: FrameOf<"ack">): void {
    this.mark.acked(id);
    this.pending.acked(id, seq, this.log.last ?? 0);
  }

  #applied(events: readonly HeardEvent[]): void {
    this.pending.confirm(events, this.log.last ?? 0);
    this.typing.applied(events);
    // Sending reads, and the server does not say so by a signal.
    const me = this.#host.userId();
    const mine = events.findLast(({ type, actor }) => type === "message.sent" && actor === me);
    if (mine) this.sawMark(mine.actor, mine.seq);
    // What I may do from here on, only `ready` says.
    if (events.some((event) => event.type === "member.changed" && event.data.user === me)) {
      this.#subscription.renew();
    }
    this.#changed();
    this.#listener.applied(events);
  }

  #joined(ready: FrameOf<"ready">): void {
    this.liveState.take(ready);
    // Over polls nobody tells when they go.
    if (!this.#socket.isSocket) this.liveState.lost();
    this.history.catchUp();
    // Who does not show their mark finds it in the inbox only.
    this.mark.attach(ready.reads[this.#host.userId() ?? ""] ?? this.#host.readOf(this.#id));
    this.pending.attach();
    this.#changed();
  }

  /** Somebody has read up to `seq`; a lower one than known says nothing. */
  sawMark(user: string, seq: number): void {
    if (this.liveState.reads.raise(user, seq)) this.#changed();
  }

  #wasReset(): void {
    this.mark.reset();
    this.pending.reset();
    this.liveState.reset();
    this.history.catchUp();
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
    if (this.pending.refused(id, error) || this.history.requests.refused(id, error, later)) return;
    if (this.mark.refused(id, retryAfterMs)) return;
    if (this.#subscription.refused(id, retryAfterMs, later) && !error.temporary) {
      this.#socket.stop();
      this.#stopped();
    }
  }

  /** My newest sockets took its place: what waits goes out when somebody turns to the channel again. */
  #displaced(): void {
    this.#detach();
    this.#giveUp(new ParleyError("too_many_sockets"));
  }

  #stopped(): void {
    this.#gone();
    this.#host.stopped(this.#id);
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
    this.liveState.lost();
    this.typing.clear();
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
    this.history.requests.rejectAll(error);
    live?.reject(error);
    this.#changed();
  }

  #changed(): void {
    if (this.phase === "live") this.#live?.resolve();
    this.#listener.changed();
  }
}
