// Requests of strangers to this person. The server only signals that the list changed, so it is
// loaded again after each signal and after each connection.
import { type ChannelRequest, channel as channelBody, channelRequestList } from "../../protocol";
import { ParleyError } from "../parley-error";
import { Cell, type Store } from "../store";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { Inbox } from "./inbox";

const PATH = "/v1/requests";

export class Requests {
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #inbox: Inbox;
  readonly #all = new Cell<readonly ChannelRequest[]>([]);
  /** The requests that this person can answer, newest first. */
  readonly all: Store<readonly ChannelRequest[]> = this.#all;
  /** Whether a load is under way, and whether the list changed meanwhile. */
  #loading: { isStale: boolean } | null = null;

  constructor(environment: Environment, http: Http, inbox: Inbox) {
    this.#environment = environment;
    this.#http = http;
    this.#inbox = inbox;
  }

  /** Accepts a request. Resolves when the channel is in the inbox. */
  async accept(channel: string): Promise<void> {
    const opened = await this.#http.sendWithRetry("PUT", pathOf(channel), undefined, channelBody);
    this.#inbox.addChannels([opened]);
    this.#drop((request) => request.channel === channel);
  }

  /** Declines a request and every other one of the same stranger, now and later. */
  async decline(channel: string): Promise<void> {
    await this.#http.commandWithRetry("DELETE", pathOf(channel));
    const stranger = this.#all.get().find((request) => request.channel === channel)?.from.id;
    this.#drop((request) => request.channel === channel || request.from.id === stranger);
  }

  /** Loads the list, or loads it again after the load that is under way. */
  refresh(): void {
    if (this.#loading) this.#loading.isStale = true;
    else void this.#load();
  }

  /** Forgets the requests, because another person is about to sign in. */
  clear(): void {
    this.#loading = null;
    this.#all.set([]);
  }

  async #load(): Promise<void> {
    const loading = { isStale: false };
    this.#loading = loading;
    try {
      const requests = await this.#http.list(PATH, channelRequestList);
      if (this.#loading !== loading) return;
      if (!loading.isStale) this.#all.set(requests);
    } catch (error) {
      // An earlier version of the server has no requests. After other failures the list stays as it
      // is until the next signal or connection.
      const isUnknown = error instanceof ParleyError && error.code === "not_found";
      if (!isUnknown) this.#environment.warn(`the requests could not be loaded: ${String(error)}`);
    }
    if (this.#loading !== loading) return;
    this.#loading = null;
    if (loading.isStale) this.refresh();
  }

  #drop(isAnswered: (request: ChannelRequest) => boolean): void {
    this.#all.update((requests) => requests.filter((request) => !isAnswered(request)));
    this.refresh();
  }
}

const pathOf = (channel: string): string => `${PATH}/${encodeURIComponent(channel)}`;
