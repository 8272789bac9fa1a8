import type { Message } from "../../protocol";
import { Cell, type Store } from "../store";
import type { ChannelChanges } from "./changes";
import { messageSlice, threadSlice } from "./log-slice";
import { MessageRows } from "./message-rows";
import type { ChannelSession } from "./session";
import type { ThreadView } from "./views";

export interface SendOptions {
  /** The message to reply to. The new message quotes it. */
  replyTo?: number | undefined;
  /** The root of the thread to send to. */
  thread?: number | undefined;
}

const CLOSED: ThreadView = { root: null, messages: [], moreBefore: false, phase: "closed", typing: [] };

/** One thread of a channel: its root message and the replies. It uses the channel's socket. */
export class ThreadHandle {
  readonly root: number;
  readonly #session: ChannelSession;
  readonly #changes: ChannelChanges;
  readonly #attach: () => Promise<void>;
  readonly #view = new Cell<ThreadView>(CLOSED);
  readonly #rows = new MessageRows();
  readonly #replies;
  readonly #rootSlice;
  #isShown = false;

  constructor(root: number, session: ChannelSession, changes: ChannelChanges, attach: () => Promise<void>) {
    this.root = root;
    this.#session = session;
    this.#changes = changes;
    this.#attach = attach;
    this.#replies = threadSlice(root);
    this.#rootSlice = messageSlice(root);
  }

  get view(): Store<ThreadView> {
    return this.#view;
  }

  /** Whether the thread is on screen, so that the channel's socket must stay open. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Loads the root and the newest replies. Rejects if the channel is gone. */
  async open(): Promise<void> {
    this.#isShown = true;
    this.publish();
    await this.#attach();
    await Promise.all([this.#rootSlice, this.#replies].map((slice) => this.#session.history.follow(slice)));
  }

  /**
   * Call it when the thread is no longer on screen. Loaded replies stay, and are kept up to date.
   */
  release(): void {
    this.#isShown = false;
    this.publish();
  }

  /** Sends a reply to this thread. Returns its key. Throws like the channel's `send`. */
  send(text: string, options: Omit<SendOptions, "thread"> = {}): string {
    return this.#changes.request({ type: "message.send", text, thread: this.root, ...options });
  }

  /** Reports typing like the channel's `typing`, in this thread. */
  typing(): void {
    this.#session.sendTyping(this.root);
  }

  async loadBefore(): Promise<void> {
    await this.#attach();
    await this.#session.history.loadBefore(this.#replies);
  }

  /** Updates the view from the log and the pending commands. */
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
    const isLoading = this.#replies.window === null || this.#rootSlice.window === null;
    return isLoading && (phase === "live" || phase === "catching-up") ? "loading" : phase;
  }
}
