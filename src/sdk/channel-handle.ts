import { uuidv7 } from "uuidv7";
import type { Event } from "../protocol";
import type { ChannelHost } from "./channel-host";
import { ChannelSession } from "./channel-session";
import { type Change, composeCommand } from "./composing";
import { MessageRows } from "./message-rows";
import type { OutboxEntry } from "./outbox";
import { Cell, type Store } from "./store";
import type { ChannelView } from "./views";

const CLOSED: ChannelView = {
  messages: [],
  phase: "closed",
  moreBefore: false,
  moreAfter: false,
  head: 0,
  role: null,
  permissions: [],
  reads: {},
};

/** One channel as a program sees it. What is asked of it shows in `view` at once, whatever the network does. */
export class ChannelHandle {
  readonly id: string;
  readonly #host: ChannelHost;
  readonly #session: ChannelSession;
  readonly #view = new Cell<ChannelView>(CLOSED);
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
  }

  get view(): Store<ChannelView> {
    return this.#view;
  }

  /** Whether closing its socket would take something away: it is on screen, or something is still to be sent. */
  get isNeeded(): boolean {
    return this.#isShown || this.#session.pending.isBusy;
  }

  /** Subscribes, and resolves when the channel is live. Rejects when it is out of reach for good. */
  open(): Promise<void> {
    this.#isShown = true;
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

  /** Returns the message's key at once. Throws a ParleyError for text no server would take. */
  send(text: string): string {
    return this.#compose({ type: "message.send", text });
  }

  /** Shows at once. Throws as `send` does. */
  edit(seq: number, text: string): void {
    this.#compose({ type: "message.edit", seq, text });
  }

  remove(seq: number): void {
    this.#compose({ type: "message.delete", seq });
  }

  /** Sends a failed message or change again. The key stays, except where the server holds its nonce for something else. */
  retry(key: string): void {
    const { pending, log } = this.#session;
    for (const nonce of this.#failed(key)) {
      pending.retry(nonce, (entry, isConflict) => {
        const order = this.#host.nextOrder();
        if (!isConflict) return { ...entry, order };
        return { ...entry, order, command: { ...entry.command, nonce: uuidv7(), ...log.cursor } };
      });
      void this.attach();
    }
  }

  /** Forgets a failed message or change. */
  discard(key: string): void {
    for (const nonce of this.#failed(key)) this.#session.pending.discard(nonce);
  }

  async loadBefore(): Promise<void> {
    await this.attach();
    const { window } = this.#session.log;
    const first = window?.messages[0]?.seq;
    if (window?.moreBefore && first !== undefined) await this.#session.load("before", first, { before: first });
  }

  async loadAfter(): Promise<void> {
    await this.attach();
    const { window } = this.#session.log;
    const last = window?.messages.at(-1)?.seq;
    if (window?.moreAfter && last !== undefined) await this.#session.load("after", last, { after: last });
  }

  /** Shows the part of the log around `seq`, which may be far from the end. */
  async loadAround(seq: number): Promise<void> {
    await this.attach();
    if (!this.#session.log.message(seq)) await this.#session.load("around", seq, { around: seq });
  }

  async loadLatest(): Promise<void> {
    await this.attach();
    if (this.#session.log.window?.moreAfter !== false) await this.#session.load("newest", null, {});
  }

  /** I have read up to here. Marks never go back, so a lower one is ignored. */
  markRead(seq: number): void {
    const { log, mark } = this.#session;
    const position = log.last === null ? seq : log.readPosition(seq);
    if (!mark.move(position)) return;
    this.#host.read(this.id, position);
    const me = this.#host.userId();
    if (me !== null) this.#session.sawMark(me, position);
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

  #compose(change: Change): string {
    const entry = composeCommand(this.#host, this.id, change, this.#session.log.cursor);
    if (change.type !== "message.send") {
      const key = this.#session.log.message(change.seq)?.nonce;
      if (key !== undefined) this.discard(key);
    }
    this.#session.pending.add(entry);
    void this.attach();
    return entry.command.nonce;
  }

  /** Nonces of the failed commands behind a row: its own, and those that change its message. */
  #failed(key: string): string[] {
    const { pending, log } = this.#session;
    return pending.list
      .filter(({ stage }) => stage.state === "failed")
      .map(({ entry }) => entry.command)
      .filter(
        (command) =>
          command.nonce === key || (command.type !== "message.send" && log.message(command.seq)?.nonce === key),
      )
      .map(({ nonce }) => nonce);
  }

  #tell(events: readonly Event[]): void {
    this.#host.happened(this.id, events);
    for (const event of events) {
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
    const { log, pending, phase, standing, reads } = this.#session;
    this.#view.set({
      messages: this.#rows.build(log.window?.messages ?? [], pending.list),
      phase,
      moreBefore: log.window?.moreBefore ?? false,
      moreAfter: log.window?.moreAfter ?? false,
      head: log.head,
      role: standing?.role ?? null,
      permissions: standing?.permissions ?? [],
      reads,
    });
  }
}
