import type { Draft } from "../../protocol";
import { Cell, type Store } from "../store";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import { DraftSync } from "./draft-sync";
import type { DraftView } from "./views";

/** This person's drafts, synchronised across their devices. */
export class Drafts {
  readonly #environment: Environment;
  readonly #http: Http;
  /** The drafts by channel, then by thread; null for the draft outside threads. */
  readonly #syncs = new Map<string, Map<number | null, DraftSync>>();
  readonly #all = new Cell<ReadonlyMap<string, DraftView>>(new Map());
  #isPaused = false;

  constructor(environment: Environment, http: Http) {
    this.#environment = environment;
    this.#http = http;
  }

  /** The drafts outside threads, by channel. */
  get all(): Store<ReadonlyMap<string, DraftView>> {
    return this.#all;
  }

  /** Returns the draft in a channel or thread. The same arguments always return the same object. */
  get(channel: string, thread: number | null): Store<DraftView | null> {
    return this.#syncOf(channel, thread).view;
  }

  /**
   * Shows the draft immediately and stores it shortly after. An empty text, for a message that was
   * sent or discarded, is stored immediately.
   *
   * A program that kept a draft while it did not run passes the time at which the person wrote it
   * as `writtenAt`, in epoch milliseconds of this device. Such a draft replaces only what was
   * written earlier, on any device.
   */
  put(
    channel: string,
    thread: number | null,
    { text, replyTo = null, writtenAt }: { text: string; replyTo?: number | null; writtenAt?: number },
  ): void {
    this.#syncOf(channel, thread).put({ text, replyTo: text === "" ? null : replyTo }, writtenAt);
  }

  /** Whether the server has the draft of a channel or thread, as far as this device knows. */
  isStored(channel: string, thread: number | null): boolean {
    return this.#syncOf(channel, thread).isStored;
  }

  /** Takes drafts that the server sent. */
  received(drafts: readonly Draft[]): void {
    for (const draft of drafts) this.#syncOf(draft.channel, draft.thread).received(draft);
  }

  /** Stores unsaved changes immediately. */
  flush(): void {
    for (const sync of this.#allSyncs()) sync.flush();
  }

  retryNow(): void {
    this.#isPaused = false;
    for (const sync of this.#allSyncs()) sync.resume();
  }

  /** Stores unsaved changes immediately. Failures are retried after `retryNow`. */
  pause(): void {
    this.#isPaused = true;
    for (const sync of this.#allSyncs()) sync.pause();
  }

  /** Forgets the drafts of a channel that this person has left. */
  drop(channel: string): void {
    for (const sync of this.#syncs.get(channel)?.values() ?? []) sync.reset();
  }

  clear(): void {
    for (const sync of this.#allSyncs()) sync.reset();
  }

  #allSyncs(): DraftSync[] {
    return [...this.#syncs.values()].flatMap((byThread) => [...byThread.values()]);
  }

  #syncOf(channel: string, thread: number | null): DraftSync {
    const byThread = this.#syncs.get(channel) ?? new Map<number | null, DraftSync>();
    this.#syncs.set(channel, byThread);
    let sync = byThread.get(thread);
    if (!sync) {
      sync = new DraftSync(this.#environment, this.#http, channel, thread);
      if (this.#isPaused) sync.pause();
      const { view } = sync;
      if (thread === null) view.subscribe(() => this.#setListed(channel, view.get()));
      byThread.set(thread, sync);
    }
    return sync;
  }

  #setListed(channel: string, view: DraftView | null): void {
    const before = this.#all.get();
    if ((before.get(channel) ?? null) === view) return;
    const next = new Map(before);
    if (view) next.set(channel, view);
    else next.delete(channel);
    this.#all.set(next);
  }
}
