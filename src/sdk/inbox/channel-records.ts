// What the directory says of a channel: its name, its people. Whoever hears that this has changed asks for it again, a crowd of
// such news once. A channel it does not know any more, or not for me, is gone.
import { channel } from "../../protocol";
import { ParleyError } from "../parley-error";
import type { Environment } from "../transport/environment";
import { channelPath, type Http } from "../transport/http";
import type { Inbox } from "./inbox";

/** Between two requests for the same channel. */
const EVERY_MS = 500;

export class ChannelRecords {
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #gone: (id: string) => void;
  /** Channels asked for a moment ago, and whether they have to be asked for again. */
  readonly #recent = new Map<string, { isStale: boolean }>();
  /** Nothing asked for in the name of one person is taken in for the next. */
  #person = Symbol();

  constructor(environment: Environment, http: Http, inbox: Inbox, gone: (id: string) => void) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
    this.#gone = gone;
  }

  /** At once, or soon where that was done a moment ago. */
  refresh(id: string): void {
    const before = this.#recent.get(id);
    if (before) {
      before.isStale = true;
      return;
    }
    const recent = { isStale: false };
    this.#recent.set(id, recent);
    void this.load(id).then(() => {
      this.#environment.clock.setTimeout(() => {
        if (this.#recent.get(id) !== recent) return;
        this.#recent.delete(id);
        if (recent.isStale) this.refresh(id);
      }, EVERY_MS);
    });
  }

  /** Whether the channel is known afterwards. */
  async load(id: string): Promise<boolean> {
    const person = this.#person;
    try {
      const loaded = await this.#http.get(channelPath(id), channel);
      if (person === this.#person) this.#inbox.addChannels([loaded]);
      return true;
    } catch (error) {
      if (person !== this.#person) return false;
      this.#environment.warn(`channel ${id} could not be loaded: ${String(error)}`);
      if (error instanceof ParleyError && error.code === "not_found") this.drop(id);
      return this.#inbox.knows(id);
    }
  }

  /** I am not in it any more. */
  drop(id: string): void {
    this.#inbox.drop(id);
    this.#gone(id);
  }

  clear(): void {
    this.#person = Symbol();
    this.#recent.clear();
  }
}
