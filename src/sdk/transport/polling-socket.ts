// A socket for networks that block sockets: the same frames and commands over HTTP, for whoever holds it no different from a real one [S87].
import { PING, PONG } from "../../protocol";
import type { AccessTokens } from "./access-tokens";
import { ChannelPolls } from "./channel-poll-cursor";
import { CommandQueue } from "./command-queue";
import type { Environment } from "./environment";
import { InboxPolls } from "./inbox-poll-cursor";
import type { Holding } from "./long-poll-limiter";
import { commandOf, type Polls } from "./poll-cursor";
import { PollLine } from "./poll-requests";
import { Poller } from "./poller";
import type { SocketLike } from "./web-socket";

type Listener = (event: { data: unknown; code: number }) => void;

export class PollingSocket implements SocketLike {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #polls: Polls;
  readonly #poller: Poller;
  readonly #queue: CommandQueue;
  readonly #aborter = new AbortController();
  #isClosed = false;

  /** `path` is that of the socket this stands in for. */
  constructor(environment: Environment, tokens: AccessTokens, holding: Holding, path: string) {
    const line = new PollLine(environment, tokens, path);
    const channel = /^\/v1\/channels\/([^/]+)\/socket$/.exec(path)?.[1];
    this.#polls = channel === undefined ? new InboxPolls() : new ChannelPolls(channel);
    this.#poller = new Poller(environment, line, this.#polls, holding, path, {
      heard: (text) => this.#hear(text),
      isAlive: () => this.#hear(PONG),
      ended: (code) => this.#end(code),
    });
    this.#queue = new CommandQueue({
      perform: (commands) => line.perform(commands, this.#aborter),
      answered: (texts) => {
        for (const text of texts) this.#hear(text);
        this.#poller.stir();
      },
      lost: () => this.#end(1006),
      ends: (error) => this.#poller.ends(error),
    });
    void this.#poller.turn();
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (this.#isClosed) return;
    if (data === PING) this.#poller.look();
    else if (this.#polls.asks(data)) void this.#poller.turn();
    else this.#queue.send(commandOf(data).id, data);
  }

  close(): void {
    this.#end(1000);
  }

  #hear(text: string): void {
    if (!this.#isClosed) this.#emit("message", { data: text, code: 0 });
  }

  #end(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#poller.close();
    this.#queue.close();
    this.#aborter.abort();
    this.#emit("close", { data: null, code });
  }

  #emit(type: string, event: { data: unknown; code: number }): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}
