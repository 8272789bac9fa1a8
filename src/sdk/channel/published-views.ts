import { Cell } from "../store";
import { ChannelThread } from "./channel-thread";
import { CLOSED_CHANNEL, threadViewOf, type ViewedParts, viewOf } from "./channel-view";
import { MessageRows } from "./message-rows";
import type { ChannelView, Phase } from "./views";

/** The stores that hold the current view of a channel and of each of its threads. */
export class PublishedViews {
  readonly channel = new Cell<ChannelView>(CLOSED_CHANNEL);
  readonly #parts: ViewedParts;
  readonly #rows = new MessageRows();
  readonly #threads = new Map<number, ChannelThread>();
  #blocked: ReadonlySet<string> = new Set();

  constructor(parts: ViewedParts) {
    this.#parts = parts;
  }

  /** Hides who is typing and who is here of the people whom this person blocks. */
  setBlocked(users: ReadonlySet<string>, phase: Phase): void {
    this.#blocked = users;
    this.publish(phase);
  }

  /** Returns the thread below a message. The same message always returns the same object. */
  thread(root: number): ChannelThread {
    const thread = this.#threads.get(root) ?? new ChannelThread(root);
    this.#threads.set(root, thread);
    return thread;
  }

  get isThreadShown(): boolean {
    return [...this.#threads.values()].some((thread) => thread.isShown);
  }

  publish(phase: Phase): void {
    this.channel.set(viewOf(this.#parts, phase, this.#rows, this.#blocked));
    for (const thread of this.#threads.values()) this.publishThread(thread, phase);
  }

  publishThread(thread: ChannelThread, phase: Phase): void {
    thread.view.set(threadViewOf(this.#parts, phase, thread, this.#blocked));
  }
}
