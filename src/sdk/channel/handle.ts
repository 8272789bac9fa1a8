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
import type { ChannelView } from "./views";

/** One channel as a program sees it. What is asked of it shows in `view` at once, whatever the network does. */
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
      applied: (events) => this.#tell(events),
    });
    this.#changes = new ChannelChanges(id, host, this.#session);
  }

  get view(): Store<ChannelView> {
    return this.#view;
  }

  /** What is loaded of it. */
  get log(): LoadedChannel {
    return this.#session.log;
  }

  /** Whether closing its socket would take something away: it is on screen, or something is still to be sent. */
  get isNeeded(): boolean {
    const isShown = this.#isShown || [...this.#threads.values()].some((thread) => thread.isShown);
    return isShown || this.#session.pending.isBusy;
  }

  /** Subscribes, and resolves when the channel is live. Rejects when it is out of reach for good. */
  open(): Promise<void> {
    this.#isShown = true;
    this.#session.mark.reopen();
    return this.attach();
  }

  /** It is no longer on screen. Its socket stays for a while: people come back. */
  release(): void {
    this.#isShown = false;
    this.#session.mark.flush();
    this.#host.settled();
  }

  /** As `open`, for work in the background. */
  attach(): Promise<void> {
    this.#host.used(this.id);
    return this.#session.attach();
  }

  /** Closes the socket and keeps what is loaded. */
  close(): void {
    this.#session.close();
  }

  retryNow(): void {
    this.#session.retryNow();
  }

  /** Its socket may have gone dead unnoticed. */
  probe(): void {
    this.#session.probe();
  }

  /** Says at once how far has been read. */
  flush(): void {
    this.#session.mark.flush();
  }

  /** The directory does not know it any more, or not for me. */
  end(): void {
    this.#session.end();
  }

  /** Returns the message's key at once. Throws a ParleyError for text no server would take. */
  send(text: string, options: SendOptions = {}): string {
    return this.#changes.ask({ type: "message.send", text, ...options });
  }

  /** Shows at once. Throws as `send` does. */
  edit(seq: number, text: string): void {
    this.#changes.ask({ type: "message.edit", seq, text });
  }

  remove(seq: number): void {
    this.#changes.ask({ type: "message.delete", seq });
  }

  /** Throws for what is not one emoji. */
  react(seq: number, emoji: string): void {
    this.#changes.ask({ type: "reaction.add", seq, emoji });
  }

  unreact(seq: number, emoji: string): void {
    this.#changes.ask({ type: "reaction.remove", seq, emoji });
  }

  pin(seq: number): void {
    this.#changes.ask({ type: "message.pin", seq });
  }

  unpin(seq: number): void {
    this.#changes.ask({ type: "message.unpin", seq });
  }

  /** Asks to be told of replies in the thread below that message. */
  follow(seq: number): void {
    this.#changes.ask({ type: "thread.follow", seq });
  }

  unfollow(seq: number): void {
    this.#changes.ask({ type: "thread.unfollow", seq });
  }

  /** Sends a failed message or change again. The key stays, except where the server holds its nonce for something else. */
  retry(key: string): void {
    this.#changes.retry(key);
  }

  /** Forgets a failed message or change. */
  discard(key: string): void {
    this.#changes.discard(key);
  }

  /** For every change of what is being written: the others see that I write, where they look on. */
  typing(): void {
    this.#session.write(null);
  }

  /** Whether nobody looks at the program: then nobody's writing is worth a frame. */
  setBackground(background: boolean): void {
    this.#session.setBackground(background);
  }

  /** The thread below a message; the same object for the same message. */
  thread(rootSeq: number): ThreadHandle {
    let thread = this.#threads.get(rootSeq);
    if (!thread) {
      thread = new ThreadHandle(rootSeq, this.#session, this.#changes, () => this.attach());
      this.#threads.set(rootSeq, thread);
    }
    return thread;
  }

  /** What a message said before it was edited, oldest first. */
  versions(seq: number): Promise<{ text: string; version: number; at: number }[]> {
    return this.#host.http.list(`${channelPath(this.id)}/messages/${seq}/versions`, versionList);
  }

  pins(): Promise<Message[]> {
    return this.#host.http.list(`${channelPath(this.id)}/pins`, pinList);
  }

  async loadBefore(): Promise<void> {
    await this.attach();
    await this.#session.history.earlier(this.#session.log.main);
  }

  async loadAfter(): Promise<void> {
    await this.attach();
    await this.#session.history.later(this.#session.log.main);
  }

  /** Shows the part of the log around `seq`, which may be far from the end. */
  async loadAround(seq: number): Promise<void> {
    await this.attach();
    await this.#session.history.around(this.#session.log.main, seq);
  }

  async loadLatest(): Promise<void> {
    await this.attach();
    await this.#session.history.latest(this.#session.log.main);
  }

  /**
   * I have read up to here. Marks never go back, so a lower one is ignored; so is every one after `markUnread`, until the
   * channel is opened anew or one is `explicit`.
   */
  markRead(seq: number, { explicit = false }: { explicit?: boolean } = {}): void {
    const { log, mark } = this.#session;
    const position = log.last === null ? seq : log.readPosition(seq);
    if (!mark.move(position, explicit)) return;
    this.#host.read(this.id, position);
    const me = this.#host.userId();
    if (me !== null) this.#session.sawMark(me, position);
  }

  /** Shows the channel as unread from that message on, to me alone and on all my devices. */
  markUnread(seq: number): void {
    this.#session.mark.unmark(seq);
    this.#host.unread(this.id, seq);
    void this.attach();
  }

  /** Every event of the log from the moment the channel is live, in order, each once. Returns a function that stops it. */
  onEvent(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes over commands that an earlier client did not get confirmed. */
  adopt(entries: readonly OutboxEntry[]): void {
    this.#session.pending.adopt(entries);
  }

  #tell(events: readonly HeardEvent[]): void {
    this.#host.happened(this.id, events);
    for (const event of events) {
      if (event.type === "unknown") {
        this.#host.environment.warn(`channel ${this.id}: entry ${event.seq} is of a kind unknown to this client`);
        continue;
      }
      for (const listener of [...this.#listeners]) {
        try {
          listener(event);
        } catch (error) {
          // A listener's mistake must not keep the log from going on.
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
