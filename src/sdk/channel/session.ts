// The owner of everything that a client keeps of one channel. It alone creates the parts (the
// socket, the log, the subscription, the pending commands, history pages, the read mark, the live
// state), connects them, publishes the views and ends the channel. Each part owns its own rules and
// reports upward; `#reported` says what follows from a report, and in which order.
import { channel, type FrameOf, type HeardEvent, type HeardFrame, type Message } from "../../protocol";
import { ParleyError } from "../parley-error";
import { channelPath } from "../transport/http";
import { ReconnectingSocket } from "../transport/reconnecting-socket";
import { ChannelChanges } from "./changes";
import type { ChannelThread } from "./channel-thread";
import type { ClientParts } from "./client-parts";
import { CommandSender } from "./command-sender";
import { EventListeners } from "./event-listeners";
import { FileUploads } from "./file-uploads";
import { FrameRouter } from "./frame-router";
import { History } from "./history";
import { LiveState } from "./live-state";
import { ChannelLog } from "./log";
import { OwnSignals } from "./own-signals";
import { PendingCommands } from "./pending-commands";
import { PublishedViews } from "./published-views";
import { ReadMark } from "./read-mark";
import type { ChannelReport, PartReport } from "./reports";
import { ChannelSubscription } from "./subscription";
import { Typing } from "./typing";
import type { Phase } from "./views";

export class ChannelSession {
  readonly log = new ChannelLog();
  readonly history: History;
  readonly changes: ChannelChanges;
  readonly pending: PendingCommands;
  readonly readMark: ReadMark;
  readonly socket: ReconnectingSocket;
  readonly views: PublishedViews;
  readonly events: EventListeners;
  readonly signals: OwnSignals;
  readonly #id: string;
  readonly #client: ClientParts;
  readonly #report: (report: ChannelReport) => void;
  readonly #commands: CommandSender;
  readonly #liveState = new LiveState();
  readonly #typing: Typing;
  readonly #subscription: ChannelSubscription;
  readonly #frames: FrameRouter;
  #whenLive: PromiseWithResolvers<void> | null = null;
  #isGone = false;
  #isShown = false;

  constructor(id: string, client: ClientParts, report: (report: ChannelReport) => void) {
    this.#id = id;
    this.#client = client;
    this.#report = report;
    const { environment, transports, http, outbox, author, nameOf } = client;
    const { clock } = environment;
    const path = channelPath(id);
    const reported = (one: PartReport) => this.#reported(one);
    this.socket = new ReconnectingSocket(environment, transports, `${path}/socket`, {
      opened: (hello) => this.#opened(hello),
      received: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      ended: (action, error) => this.#ended(action, error),
      explain: () => http.get(path, channel),
    });
    this.#commands = new CommandSender(this.socket);
    this.#typing = new Typing(clock, reported);
    this.readMark = new ReadMark(clock, this.log, this.#commands, reported);
    this.history = new History(clock, this.log, this.#commands, reported);
    this.pending = new PendingCommands(environment, outbox, this.log, this.#commands, reported);
    const uploads = new FileUploads(id, http, environment, this.pending, () => this.#changed());
    this.changes = new ChannelChanges(id, nameOf, author, this.log, this.pending, uploads, reported);
    this.#subscription = new ChannelSubscription(clock, this.log, this.#commands, reported);
    this.signals = new OwnSignals(this.socket, this.#commands, this.#subscription, this.#typing);
    const parts = {
      ...{ log: this.log, pending: this.pending, liveState: this.#liveState, typing: this.#typing },
      ...{ readMark: this.readMark, subscription: this.#subscription, pages: this.history.requests },
    };
    this.#frames = new FrameRouter(environment, author, parts, reported);
    this.views = new PublishedViews(parts);
    this.events = new EventListeners(id, environment.warn);
  }

  get phase(): Phase {
    if (this.#isGone) return "gone";
    if (this.#whenLive === null) return "closed";
    if (this.log.window === null || this.log.last === null) return "loading";
    return this.#subscription.isJoined ? "live" : "catching-up";
  }

  /**
   * Whether the socket must stay: the channel or a thread of it is on screen, or commands are
   * unsent or unconfirmed.
   */
  get isNeeded(): boolean {
    return this.#isShown || this.views.isThreadShown || this.pending.isBusy;
  }

  /** Shows the channel, and uses it. */
  open(): Promise<void> {
    this.#isShown = true;
    this.readMark.reopen();
    return this.use();
  }

  /** The channel is no longer on screen. */
  release(): void {
    this.#isShown = false;
    this.readMark.flush();
    this.#report({ type: "need-changed" });
  }

  /**
   * Opens the socket unless it is open, and makes the channel the most recently used one. Resolves
   * once the channel has been live since the socket opened, and rejects if the channel is gone.
   */
  use(): Promise<void> {
    this.#report({ type: "used" });
    if (this.#whenLive === null) {
      this.#isGone = false;
      this.#whenLive = Promise.withResolvers();
      this.#whenLive.promise.catch(() => {});
      this.socket.start();
      this.#changed();
    }
    return this.#whenLive.promise;
  }

  /** Closes the socket. Loaded messages stay. What waits for it rejects with `error`. */
  close(error: ParleyError): void {
    this.readMark.flush();
    this.socket.stop();
    this.#detach();
    this.#rejectWaiting(error);
  }

  /** Ends the channel, because the directory no longer lists it for this person. */
  end(): void {
    if (this.#isGone) return;
    this.socket.stop();
    this.#markGone(new ParleyError("not_found"));
  }

  /** Shows a thread, uses the channel and loads the root and the newest replies. */
  async openThread(thread: ChannelThread): Promise<void> {
    thread.isShown = true;
    this.views.publishThread(thread, this.phase);
    await this.use();
    await Promise.all([thread.rootSlice, thread.replies].map((slice) => this.history.follow(slice)));
  }

  releaseThread(thread: ChannelThread): void {
    thread.isShown = false;
    this.views.publishThread(thread, this.phase);
  }

  #opened(hello: FrameOf<"hello">): void {
    this.#report({ type: "identified", user: hello.user });
    this.pending.setRate(hello.rate);
    if (!this.socket.isOnline) return;
    this.signals.opened();
    this.#subscription.begin();
    this.history.requests.resume();
    this.history.catchUp();
    this.#changed();
  }

  #received(frame: HeardFrame): void {
    this.#frames.received(frame);
    this.#report({ type: "need-changed" });
  }

  #lost(): void {
    this.#detach();
    this.#changed();
  }

  #ended(action: "sign-in" | "stop", error: ParleyError): void {
    if (action === "sign-in") this.#report({ type: "signed-out", error });
    else if (error.code === "too_many_sockets") {
      // Pending commands are sent when the program uses the channel again.
      this.#detach();
      this.#rejectWaiting(error);
    } else this.#subscriptionEnded(error);
  }

  #reported(report: PartReport): void {
    if (report.type === "changed") this.#changed();
    else if (report.type === "events-applied") this.#applied(report.events);
    else if (report.type === "joined") this.#joined(report.ready);
    else if (report.type === "log-reset") this.#logReset();
    else if (report.type === "page-taken") this.pending.confirm(report.page.messages.map(sendOf));
    else if (report.type === "requested") void this.use();
    else if (report.type === "texts-refused") this.#report(report);
    else if (report.type === "read") this.#read(report.seq);
    else if (report.type === "set-unread") this.#setUnread(report.seq);
    else if (report.type === "seen") this.#report(report);
    else if (report.type === "inconsistent") this.#inconsistent(report.reason);
    else if (report.type === "refused") this.#refused(report.error);
  }

  #applied(events: readonly HeardEvent[]): void {
    this.pending.confirm(events);
    this.#typing.applied(events);
    // Sending marks everything before it as read. The server sends no signal for that.
    const me = this.#client.author.userId;
    const mine = events.findLast(({ type, actor }) => type === "message.sent" && actor === me);
    if (mine) this.#raiseReadMark(mine.actor, mine.seq);
    // Only `ready` carries the permissions of this person's new role.
    if (events.some((event) => event.type === "member.changed" && event.data.user === me)) this.#subscription.renew();
    this.#changed();
    this.#report({ type: "events-applied", events });
    this.events.applied(events);
  }

  #joined(ready: FrameOf<"ready">): void {
    this.#liveState.replace(ready);
    // Polls do not report when a viewer leaves.
    if (!this.socket.isSocket) this.#liveState.clearHere();
    this.history.catchUp();
    // `ready` lacks the mark of a person who hides receipts. The inbox has it.
    const { author, serverReadMarks } = this.#client;
    this.readMark.attach(ready.reads[author.userId ?? ""] ?? serverReadMarks.of(this.#id));
    this.pending.attach();
    this.#changed();
  }

  #logReset(): void {
    this.readMark.reset();
    this.pending.reset();
    this.#liveState.reset();
    this.history.catchUp();
    this.#changed();
  }

  #read(seq: number): void {
    this.#report({ type: "read", seq });
    const me = this.#client.author.userId;
    if (me !== null) this.#raiseReadMark(me, seq);
  }

  #setUnread(seq: number): void {
    this.#report({ type: "set-unread", seq });
    void this.use();
  }

  /** Records that a user has read up to `seq`. Marks never go back. */
  #raiseReadMark(user: string, seq: number): void {
    if (this.#liveState.reads.raise(user, seq)) this.#changed();
  }

  #inconsistent(reason: string): void {
    this.#client.environment.warn(`channel ${this.#id}: ${reason}`);
    this.socket.restart(new ParleyError("internal", { detail: reason }));
  }

  #refused(error: ParleyError): void {
    this.socket.stop();
    this.#subscriptionEnded(error);
  }

  #subscriptionEnded(error: ParleyError): void {
    this.#markGone(error);
    this.#report({ type: "subscription-ended" });
  }

  #detach(): void {
    this.#subscription.lost();
    this.pending.detach();
    this.readMark.detach();
    this.#liveState.clearHere();
    this.#typing.clear();
  }

  #markGone(error: ParleyError): void {
    this.#isGone = true;
    this.#detach();
    const isRemoval = error.code === "not_found" || error.code === "forbidden";
    this.pending.failAll(error, isRemoval ? "removed" : error.code);
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
    this.views.publish(this.phase);
  }
}

/** Returns what identifies the command that sent a message. */
const sendOf = ({ author, nonce, seq }: Message) => ({ actor: author, nonce, seq });
