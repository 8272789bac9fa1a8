import type { Message } from "../../protocol";
import { Cell, type Store } from "../store";
import type { ChannelChanges } from "./changes";
import { messageSlice, threadSlice } from "./log-slice";
import { MessageRows } from "./message-rows";
import type { ChannelSession } from "./session";
import type { ThreadView } from "./views";

export interface SendOptions {
  /** The message this one answers, which it then quotes. */
  replyTo?: number | undefined;
  /** The message in whose thread it stands. */
  thread?: number | undefined;
}

const CLOSED: ThreadView = { root: null, messages: [], moreBefore: false, phase: "closed", typing: [] };

/** One thread of a channel: the message it hangs on, and the replies below. It lives on its channel's socket. */
export class ThreadHandle {
  readonly root: number;
  readonly #session: ChannelSession;
  readonly #changes: ChannelChanges;
  readonly #attach: () => Promise<void>;
  readonly #view = new Cell<ThreadView>(CLOSED);
  readonly #rows = new MessageRows();
  readonly #replies;
  readonly #rootPart;
  #isShown = false;

  constructor(root: number, session: ChannelSession, changes: ChannelChanges, attach: () => Promise<void>) {
    this.root = root;
    this.#session = session;
    this.#changes = changes;
    this.#attach = attach;
    this.#replies = threadSlice(root);
    this.#rootPart = messageSlice(root);
  }

  get view(): Store<ThreadView> {
    return this.#view;
  }

  /** Whether it is on screen, so that its channel's socket has to stay. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Resolves when the root and the newest replies are loaded. Rejects when the channel is out of reach for good. */
  async open(): Promise<void> {
    this.#isShown = true;
    this.publish();
    await this.#attach();
    await Promise.all([this.#rootPart, this.#replies].map((part) => this.#session.history.follow(part)));
  }

  /** It is no longer on screen. What is loaded stays, and stays up to date. */
  release(): void {
    this.#isShown = false;
    this.publish();
  }

  /** As the channel's `send`, into this thread. */
  send(text: string, options: Omit<SendOptions, "thread"> = {}): string {
    return this.#changes.ask({ type: "message.send", text, thread: this.root, ...options });
  }

  /** As the channel's `typing`, in this thread. */
  typing(): void {
    this.#session.write(this.root);
  }

  async loadBefore(): Promise<void> {
    await this.#attach();
    await this.#session.history.earlier(this.#replies);
  }

  /** Shows what the log and the outbox hold. */
  publish(): void {
    const { pending } = this.#session;
    const { window } = this.#replies;
    const root: Message | undefined = this.#session.log.message(this.root);
    const quote = (seq: number) => this.#session.history.quote(seq);
    this.#view.set({
      root: root ? this.#rows.row(root, pending.list) : null,
      messages: this.#rows.build(window?.messages ?? [], pending.list, this.root, quote),
      moreBefore: window?.moreBefore ?? false,
      phase: this.#phase,
      typing: this.#session.typing.in(this.root),
    });
  }

  get #phase(): ThreadView["phase"] {
    const { phase } = this.#session;
    if (!this.#isShown && phase !== "gone") return "closed";
    const isLoading = this.#replies.window === null || this.#rootPart.window === null;
    return isLoading && (phase === "live" || phase === "catching-up") ? "loading" : phase;
  }
}
