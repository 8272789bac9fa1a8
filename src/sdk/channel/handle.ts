import { type Event, type HeardEvent, type Message, pinList, versionList } from "../../protocol";
import type { OutboxEntry } from "../outbox/outbox";
import { Cell, type Store } from "../store";
import { channelPath } from "../transport/http";
import { ChannelChanges } from "./changes";
import { CLOSED_CHANNEL, viewOf } from "./channel-view";
import type { ChannelHost } from "./host";
import type { LoadedChannel } from "./log";
import { MessageRows } from "./message-rows";
import { ChannelSession } from "./session";
import { type SendOptions, ThreadHandle } from "./thread";
import type { ChannelView, MessageVersionView } from "./views";

/** One channel, as a program uses it. Changes show in `view` immediately, even offline. */
export class ChannelHandle {
  readonly id: string;
  readonly #host: ChannelHost;
  readonly #session: ChannelSession;
  readonly #changes: ChannelChanges;
  readonly #threads = new Map<number, ThreadHandle>();
  readonly #view = new Cell<ChannelView>(CLOSED_CHANNEL);
  readonly #rows = new MessageRows();
  readonly #listeners = new Set<(event: Event) => void>();
  #isShown = false;

  constructor(id: string, host: ChannelHost) {
    this.id = id;
    this.#host = host;
    this.#session = new ChannelSession(id, host, {
      changed: () => this.#publish(),
      applied: (events) => this.#emit(events),
    });
    this.#changes = new ChannelChanges(id, host, this.#session);
  }

  get view(): Store<ChannelView> {
    return this.#view;
  }

  /** The loaded part of the log. */
  get log(): LoadedChannel {
    return this.#session.log;
  }

  /**
   * Whether the channel's socket must stay: the channel is on screen, or commands are unsent or
   * unconfirmed.
   */
  get isNeeded(): boolean {
    const isShown = this.#isShown || [...this.#threads.values()].some((thread) => thread.isShown);
    return isShown || this.#session.pending.isBusy;
  }

  /** Subscribes to the channel. Resolves when it is live, and rejects if it is gone. */
  open(): Promise<void> {
    this.#isShown = true;
    this.#session.readMark.reopen();
    return this.attach();
  }

  /** Call it when the channel is no longer on screen. Its socket stays open for a while. */
  release(): void {
    this.#isShown = false;
    this.#session.readMark.flush();
    this.#host.closeUnneededSockets();
  }

  /** Subscribes like `open`, without showing the channel. */
  attach(): Promise<void> {
    this.#host.channelUsed(this.id);
    return this.#session.attach();
  }

  /** Closes the socket. Loaded messages stay. */
  close(): void {
    this.#session.close();
  }

  retryNow(): void {
    this.#session.retryNow();
  }

  /** Checks whether its socket is still alive. */
  probe(): void {
    this.#session.probe();
  }

  /** Sends the read mark immediately. */
  flush(): void {
    this.#session.readMark.flush();
  }

  /** Ends the channel, because the directory no longer lists it for this person. */
  end(): void {
    this.#session.end();
  }

  /**
   * Sends a message and returns its key. Throws a ParleyError for text that the server would
   * refuse.
   */
  send(text: string, options: SendOptions = {}): string {
    return this.#changes.request({ type: "message.send", text, ...options });
  }

  /** Changes the text of a message. The change shows immediately. Throws like `send`. */
  edit(seq: number, text: string): void {
    this.#changes.request({ type: "message.edit", seq, text });
  }

  remove(seq: number): void {
    this.#changes.request({ type: "message.delete", seq });
  }

  /** Adds a reaction. Throws unless `emoji` is a single emoji. */
  react(seq: number, emoji: string): void {
    this.#changes.request({ type: "reaction.add", seq, emoji });
  }

  unreact(seq: number, emoji: string): void {
    this.#changes.request({ type: "reaction.remove", seq, emoji });
  }

  pin(seq: number): void {
    this.#changes.request({ type: "message.pin", seq });
  }

  unpin(seq: number): void {
    this.#changes.request({ type: "message.unpin", seq });
  }

  /** Follows the thread below a message, so that its replies count as unread and notify. */
  follow(seq: number): void {
    this.#changes.request({ type: "thread.follow", seq });
  }

  unfollow(seq: number): void {
    this.#changes.request({ type: "thread.unfollow", seq });
  }

  /**
   * Sends a failed message or change again. The key stays the same, unless the server refused the
   * nonce because another command had used it.
   */
  retry(key: string): void {
    this.#changes.retry(key);
  }

  /** Removes a failed message or change. */
  discard(key: string): void {
    this.#changes.discard(key);
  }

  /**
   * Call this whenever the text of a message being written changes. Viewers then see the typing.
   */
  typing(): void {
    this.#session.sendTyping(null);
  }

  /**
   * Tells the server whether the program is in the background. A program in the background gets no
   * typing signals.
   */
  setBackground(background: boolean): void {
    this.#session.setBackground(background);
  }

  /** Returns the thread below a message. The same message always returns the same object. */
  thread(rootSeq: number): ThreadHandle {
    let thread = this.#threads.get(rootSeq);
    if (!thread) {
      thread = new ThreadHandle(rootSeq, this.#session, this.#changes, () => this.attach());
      this.#threads.set(rootSeq, thread);
    }
    return thread;
  }

  /** Returns the parts of an edited message before its edits, oldest first. */
  versions(seq: number): Promise<MessageVersionView[]> {
    return this.#host.http.list(`${channelPath(this.id)}/messages/${seq}/versions`, versionList);
  }

  pins(): Promise<Message[]> {
    return this.#host.http.list(`${channelPath(this.id)}/pins`, pinList);
  }

  async loadBefore(): Promise<void> {
    await this.attach();
    await this.#session.history.loadBefore(this.#session.log.main);
  }

  async loadAfter(): Promise<void> {
    await this.attach();
    await this.#session.history.loadAfter(this.#session.log.main);
  }

  /** Shows the messages around `seq`, which may be far from the end of the log. */
  async loadAround(seq: number): Promise<void> {
    await this.attach();
    await this.#session.history.loadAround(this.#session.log.main, seq);
  }

  async loadLatest(): Promise<void> {
    await this.attach();
    await this.#session.history.loadLatest(this.#session.log.main);
  }

  /**
   * Marks everything up to `seq` as read. Marks never go back, so a lower one is ignored. After
   * `markUnread`, marks are ignored until the channel is opened again or a mark is `explicit`.
   */
  markRead(seq: number, { explicit = false }: { explicit?: boolean } = {}): void {
    const { log, readMark } = this.#session;
    const position = log.last === null ? seq : log.readPosition(seq);
    if (!readMark.advance(position, explicit)) return;
    this.#host.markRead(this.id, position);
    const me = this.#host.userId();
    if (me !== null) this.#session.raiseReadMark(me, position);
  }

  /** Shows the channel as unread from a message on, only to this person, on all their devices. */
  markUnread(seq: number): void {
    this.#session.readMark.markUnread(seq);
    this.#host.markUnread(this.id, seq);
    void this.attach();
  }

  /**
   * Calls `listener` with every event of the log from the moment the channel is live, in order and
   * once each. Returns a function that unsubscribes.
   */
  onEvent(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over commands that an earlier client left unconfirmed. */
  adopt(entries: readonly OutboxEntry[]): void {
    this.#session.pending.adopt(entries);
  }

  #emit(events: readonly HeardEvent[]): void {
    this.#host.eventsApplied(this.id, events);
    for (const event of events) {
      if (event.type === "unknown") {
        this.#host.environment.warn(`channel ${this.id}: entry ${event.seq} has a type unknown to this client`);
        continue;
      }
      for (const listener of [...this.#listeners]) {
        try {
          listener(event);
        } catch (error) {
          // An error in a listener must not stop the log.
          this.#host.environment.warn(`an event listener threw: ${String(error)}`);
        }
      }
    }
  }

  #publish(): void {
    this.#view.set(viewOf(this.#session, this.#rows));
    for (const thread of this.#threads.values()) thread.publish();
  }
}
