// The socket of one channel and everything that depends on it: the log (what happened), the
// subscription (nothing is missing), the pending commands (nothing is lost or sent twice), history
// pages and the read mark. Each of these owns its own rules. This class connects them.
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
  readonly readMark: ReadMark;
  readonly #id: string;
  readonly #host: ChannelHost;
  readonly #listener: SessionListener;
  readonly #socket: ReconnectingSocket;
  readonly #subscription: ChannelSubscription;
  #whenLive: PromiseWithResolvers<void> | null = null;
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
        else this.#subscriptionEnded();
      },
      explain: () => http.get(path, channel),
    });
    const send = this.#socket.send.bind(this.#socket);
    this.readMark = new ReadMark(environment.clock, send, nextId);
    this.history = new History(this.log, send, nextId, {
      pageTaken: ({ messages }) => {
        const mine = messages.map(({ author, nonce }) => ({ actor: author, nonce }));
        this.pending.confirm(mine, this.log.last ?? 0);
      },
      pageSettled: () => this.#changed(),
      inconsistent: (reason) => this.#inconsistent(reason),
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
      inconsistent: (reason) => this.#inconsistent(reason),
    });
  }

  get phase(): Phase {
    if (this.#isGone) return "gone";
    if (this.#whenLive === null) return "closed";
    if (this.log.window === null || this.log.last === null) return "loading";
    return this.#subscription.isJoined ? "live" : "catching-up";
  }

  /** Opens the socket unless it is open. Resolves once the channel has been live since then. */
  attach(): Promise<void> {
    if (this.#whenLive === null) {
      this.#isGone = false;
      this.#whenLive = Promise.withResolvers();
      this.#whenLive.promise.catch(() => {});
      this.#socket.start();
      this.#changed();
    }
    return this.#whenLive.promise;
  }

  /** Closes the socket. Loaded messages stay. */
  close(): void {
    this.readMark.flush();
    this.#socket.stop();
    this.#detach();
    this.#rejectWaiting(new ParleyError("offline"));
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  /** Checks whether the connection is alive. Does nothing if there is none. */
  probe(): void {
    this.#socket.probe();
  }

  /** Ends the channel, because the directory no longer lists it for this person. */
  end(): void {
    if (this.#isGone) return;
    this.#socket.stop();
    this.#markGone();
  }

  /**
   * Sends a signal that this person is typing. At most one signal is sent per interval, and only
   * over an open socket, because a late signal would be wrong.
   */
  sendTyping(thread: number | null): void {
    if (!this.#socket.isSocket || !this.#subscription.isJoined || !this.typing.claimSignal()) return;
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
    else if (frame.type === "signal") this.#signalReceived(frame.signal);
    this.#host.closeUnneededSockets();
  }

  #signalReceived(signal: Signal): void {
    if (signal.type === "typing.started") {
      if (signal.user !== this.#host.userId()) this.typing.started(signal.user, signal.thread);
      return;
    }
    if (signal.type === "here.changed" && !signal.here) this.typing.stopped(signal.user);
    if (this.liveState.apply(signal)) this.#changed();
  }

  #acked({ id, seq }: FrameOf<"ack">): void {
    this.readMark.acked(id);
    this.pending.acked(id, seq, this.log.last ?? 0);
  }

  #applied(events: readonly HeardEvent[]): void {
    this.pending.confirm(events, this.log.last ?? 0);
    this.typing.applied(events);
    // Sending marks everything before it as read. The server sends no signal for that.
    const me = this.#host.userId();
    const mine = events.findLast(({ type, actor }) => type === "message.sent" && actor === me);
    if (mine) this.raiseReadMark(mine.actor, mine.seq);
    // Only `ready` carries the permissions of this person's new role.
    if (events.some((event) => event.type === "member.changed" && event.data.user === me)) {
      this.#subscription.renew();
    }
    this.#changed();
    this.#listener.applied(events);
  }

  #joined(ready: FrameOf<"ready">): void {
    this.liveState.replace(ready);
    // Polls do not report when a viewer leaves.
    if (!this.#socket.isSocket) this.liveState.clearHere();
    this.history.catchUp();
    // `ready` lacks the mark of a person who hides receipts. The inbox has it.
    this.readMark.attach(ready.reads[this.#host.userId() ?? ""] ?? this.#host.serverReadMark(this.#id));
    this.pending.attach();
    this.#changed();
  }

  /** Records that a user has read up to `seq`. Marks never go back. */
  raiseReadMark(user: string, seq: number): void {
    if (this.liveState.reads.raise(user, seq)) this.#changed();
  }

  #wasReset(): void {
    this.readMark.reset();
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
      this.#host.environment.warn(`the server refused a command: ${error.code}`);
      return;
    }
    if (this.pending.refused(id, error) || this.history.requests.refused(id, error, later)) return;
    if (this.readMark.refused(id, retryAfterMs)) return;
    if (this.#subscription.refused(id, retryAfterMs, later) && !error.temporary) {
      this.#socket.stop();
      this.#subscriptionEnded();
    }
  }

  /**
   * Called when the server closed this socket because this person opened too many others. Pending
   * commands are sent when the program uses the channel again.
   */
  #displaced(): void {
    this.#detach();
    this.#rejectWaiting(new ParleyError("too_many_sockets"));
  }

  #subscriptionEnded(): void {
    this.#markGone();
    this.#host.subscriptionEnded(this.#id);
  }

  #inconsistent(reason: string): void {
    this.#host.environment.warn(`channel ${this.#id}: ${reason}`);
    this.#socket.restart();
  }

  #lost(): void {
    this.#detach();
    this.#changed();
  }

  #detach(): void {
    this.#subscription.lost();
    this.pending.detach();
    this.readMark.detach();
    this.liveState.clearHere();
    this.typing.clear();
  }

  #markGone(): void {
    const error = new ParleyError("not_found");
    this.#isGone = true;
    this.#detach();
    this.pending.failAll(error);
    this.#rejectWaiting(error);
  }

  #rejectWaiting(error: ParleyError): void {
    const live = this.#whenLive;
    this.#whenLive = null;
    this.history.requests.rejectAll(error);
    live?.reject(error);
    this.#changed();
  }

  #changed(): void {
    if (this.phase === "live") this.#whenLive?.resolve();
    this.#listener.changed();
  }
}
