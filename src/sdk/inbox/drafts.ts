import { type Draft, putDraft } from "../../protocol";
import { parsed } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Environment } from "../transport/environment";
import { channelPath, type Http } from "../transport/http";
import { DraftSync } from "./draft-sync";
import type { DraftView } from "./views";

/** What I began to write and have not sent, on all of my devices. */
export class Drafts {
  readonly #environment: Environment;
  readonly #http: Http;
  /** By channel, then by thread; null is the channel itself. */
  readonly #places = new Map<string, Map<number | null, DraftSync>>();
  readonly #all = new Cell<ReadonlyMap<string, DraftView>>(new Map());
  #isAway = false;

  constructor(environment: Environment, http: Http) {
    this.#environment = environment;
    this.#http = http;
  }

  /** The drafts on channels themselves, by channel. */
  get all(): Store<ReadonlyMap<string, DraftView>> {
    return this.#all;
  }

  /** The draft on a channel, or in the thread below a message of it. The same object for the same place. */
  get(channel: string, thread: number | null): Store<DraftView | null> {
    return this.#place(channel, thread).view;
  }

  /** Shows at once and is stored a moment later; an empty text, for a message that was sent or given up, at once. */
  put(
    channel: string,
    thread: number | null,
    { text, replyTo = null }: { text: string; replyTo?: number | null },
  ): void {
    this.#place(channel, thread).put({ text, replyTo: text === "" ? null : replyTo });
  }

  /** The server tells what it holds. */
  heard(drafts: readonly Draft[]): void {
    for (const draft of drafts) this.#place(draft.channel, draft.thread).heard(draft);
  }

  /** Stores at once what is not stored. */
  flush(): void {
    for (const place of this.#each()) place.flush();
  }

  retryNow(): void {
    this.#isAway = false;
    for (const place of this.#each()) place.retryNow();
  }

  /** Stores what it can at once; what fails waits until the client is back. */
  leave(): void {
    this.#isAway = true;
    for (const place of this.#each()) {
      place.flush();
      place.rest();
    }
  }

  /** I am not in that channel any more. */
  drop(channel: string): void {
    for (const place of this.#places.get(channel)?.values() ?? []) place.forget();
  }

  clear(): void {
    for (const place of this.#each()) place.forget();
  }

  #each(): DraftSync[] {
    return [...this.#places.values()].flatMap((places) => [...places.values()]);
  }

  #place(channel: string, thread: number | null): DraftSync {
    const places = this.#places.get(channel) ?? new Map<number | null, DraftSync>();
    this.#places.set(channel, places);
    let place = places.get(thread);
    if (!place) {
      place = new DraftSync({
        environment: this.#environment,
        store: async (said) => {
          const body = parsed(putDraft.safeParse({ thread, ...said }));
          await this.#http.command("PUT", `${channelPath(channel)}/draft`, body, { outlivesPage: true });
        },
        shown: (view) => {
          if (thread === null) this.#list(channel, view);
        },
        isAway: () => this.#isAway,
      });
      places.set(thread, place);
    }
    return place;
  }

  #list(channel: string, view: DraftView | null): void {
    const before = this.#all.get();
    if ((before.get(channel) ?? null) === view) return;
    const next = new Map(before);
    if (view) next.set(channel, view);
    else next.delete(channel);
    this.#all.set(next);
  }
}
