// A substitute for a WebSocket for networks that block sockets. It carries the same frames and
// commands over HTTP, so its owner does not notice a difference [S87].
import { PING, PONG } from "../../protocol";
import type { ParleyError } from "../parley-error";
import type { AccessTokens } from "./access-tokens";
import { ChannelPollCursor } from "./channel-poll-cursor";
import { CommandQueue } from "./command-queue";
import type { Environment } from "./environment";
import { GuildPollCursor } from "./guild-poll-cursor";
import { InboxPollCursor } from "./inbox-poll-cursor";
import type { LongPollLimiter } from "./long-poll-limiter";
import { commandOf, type PollCursor } from "./poll-cursor";
import { PollRequests } from "./poll-requests";
import { Poller } from "./poller";
import type { SocketLike } from "./web-socket";

interface PollingEvent {
  data: unknown;
  code: number;
  error?: ParleyError | undefined;
}
type Listener = (event: PollingEvent) => void;

export class PollingSocket implements SocketLike {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #cursor: PollCursor;
  readonly #poller: Poller;
  readonly #queue: CommandQueue;
  readonly #aborter = new AbortController();
  #isClosed = false;

  /** `path` is the path of the socket that this replaces. */
  constructor(environment: Environment, tokens: AccessTokens, longPolls: LongPollLimiter, path: string) {
    const requests = new PollRequests(environment, tokens, path);
    this.#cursor = cursorOf(path);
    this.#poller = new Poller(environment, requests, this.#cursor, longPolls, path, {
      received: (text) => this.#deliver(text),
      alive: () => this.#deliver(PONG),
      ended: (code, error) => this.#end(code, error),
    });
    this.#queue = new CommandQueue({
      perform: (commands) => requests.perform(commands, this.#aborter),
      answered: (texts) => {
        for (const text of texts) this.#deliver(text);
        this.#poller.expectNews();
      },
      lost: () => this.#end(1006),
      endsConnection: (error) => this.#poller.endsConnection(error),
    });
    void this.#poller.poll();
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (this.#isClosed) return;
    if (data === PING) this.#poller.checkAlive();
    else if (this.#cursor.begin(data)) void this.#poller.poll();
    else this.#queue.send(commandOf(data).id, data);
  }

  close(): void {
    this.#end(1000);
  }

  #deliver(text: string): void {
    if (!this.#isClosed) this.#emit("message", { data: text, code: 0 });
  }

  #end(code: number, error?: ParleyError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#poller.close();
    this.#queue.close();
    this.#aborter.abort();
    this.#emit("close", { data: null, code, error });
  }

  #emit(type: string, event: PollingEvent): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** Returns the cursor of the polls that stand in for the socket at a path. */
function cursorOf(path: string): PollCursor {
  const channel = /^\/v1\/channels\/([^/]+)\/socket$/.exec(path)?.[1];
  if (channel !== undefined) return new ChannelPollCursor(channel);
  return path.startsWith("/v1/guilds/") ? new GuildPollCursor() : new InboxPollCursor();
}
