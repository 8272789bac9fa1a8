import type { SentAttachment } from "../../protocol";
import type { OutgoingFile } from "../outbox/outbox";
import type { Store } from "../store";
import type { SentMessage } from "./changes";
import type { ChannelThread } from "./channel-thread";
import type { ChannelSession } from "./session";
import type { ThreadView } from "./views";

export interface SendOptions {
  /** The message to reply to. The new message quotes it. */
  replyTo?: number | undefined;
  /** The root of the thread to send to. */
  thread?: number | undefined;
  /** Shows a reply in a thread in the channel itself too. */
  toChannel?: boolean | undefined;
  /** Marks the message as forwarded from another place. Not together with `toChannel`. */
  forwarded?: boolean | undefined;
  /** Files that were uploaded with `channel.upload` or forwarded: their tickets, in their order. */
  attachments?: SentAttachment[] | undefined;
  /**
   * Files that are uploaded now. The message shows at once and is sent when they have arrived;
   * messages after it do not wait. The outbox keeps them. Not together with `attachments`.
   */
  files?: readonly OutgoingFile[] | undefined;
}

/** One thread of a channel: its root message and the replies. It uses the channel's socket. */
export class ThreadHandle {
  readonly root: number;
  readonly #session: ChannelSession;
  readonly #thread: ChannelThread;

  constructor(root: number, session: ChannelSession) {
    this.root = root;
    this.#session = session;
    this.#thread = session.views.thread(root);
  }

  get view(): Store<ThreadView> {
    return this.#thread.view;
  }

  /** Whether the thread is on screen, so that the channel's socket must stay open. */
  get isShown(): boolean {
    return this.#thread.isShown;
  }

  /** Loads the root and the newest replies. Rejects if the channel is gone. */
  async open(): Promise<void> {
    const thread = this.#thread;
    this.#session.showThread(thread, true);
    await this.#session.use();
    await Promise.all([thread.rootSlice, thread.replies].map((slice) => this.#session.history.follow(slice)));
  }

  /**
   * Call it when the thread is no longer on screen. Loaded replies stay, and are kept up to date.
   */
  release(): void {
    this.#session.showThread(this.#thread, false);
  }

  /** Sends a reply to this thread, like the channel's `send`. */
  send(text: string, options: Omit<SendOptions, "thread"> = {}): SentMessage {
    return this.#session.changes.send({ text, thread: this.root, ...options });
  }

  /** Reports typing like the channel's `typing`, in this thread. */
  typing(): void {
    this.#session.signals.sendTyping(this.root);
  }

  async loadBefore(): Promise<void> {
    await this.#session.use();
    await this.#session.history.loadBefore(this.#thread.replies);
  }
}
