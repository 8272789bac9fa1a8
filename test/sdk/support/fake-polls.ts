// The server's side of polls: the frames of a socket, asked for one answer at a time. And what a network may do to requests.
import {
  type ChannelCommand,
  channelPoll,
  commandList,
  encodeFrame,
  type InboxFrame,
  inboxPoll,
  readChannelCommand,
  type ServerFrame,
} from "../../../src/protocol";
import { problemAnswer } from "./fake-http";
import type { TurnedClock } from "./turned-clock";

/** What happens to a request on its way, or to its answer. */
export type Accident =
  | { kind: "lost" }
  | { kind: "answer-lost" }
  | { kind: "doubled" }
  | { kind: "delayed"; ms: number }
  /** Somebody in between answers that nothing has changed. */
  | { kind: "unchanged" };

/** What polls need of the fake server. */
export interface Polled {
  readonly clock: TurnedClock;
  hello(user: string): ServerFrame;
  changesAfter(after: number): Omit<InboxFrame, "type" | "id">;
  resume(channel: string, id: string, from?: { epoch: string; after: number }): ServerFrame[];
  perform(channel: string, user: string, command: ChannelCommand): ServerFrame;
  /** Names all that a poll at the head can say. */
  stateOf(channel: string): string;
  isAt(channel: string, from: { epoch: string; after: number }): boolean;
}

export interface Poll {
  method: string;
  url: URL;
  user: string;
  known: string | null;
  body: unknown;
  signal: AbortSignal | null;
}

export class FakePolls {
  /** A proxy in between cuts what takes longer. */
  cutsAfterMs = Number.POSITIVE_INFINITY;
  /** Every one asked, by path and query. */
  readonly asked: string[] = [];
  /** Everything posted. */
  readonly commands: { channel: string; command: ChannelCommand }[] = [];
  readonly #server: Polled;
  readonly #held = new Set<(live: ServerFrame | null) => void>();

  constructor(server: Polled) {
    this.#server = server;
  }

  get held(): number {
    return this.#held.size;
  }

  /** Something happened; `live` is for inboxes. */
  wake(live: ServerFrame | null = null): void {
    for (const end of [...this.#held]) end(live);
  }

  /** Null where the address is another one. */
  answer(poll: Poll): Promise<Response> | null {
    const { method, url } = poll;
    const [, channel, what] = /^\/v1\/channels\/(\w+)\/(events|commands)$/.exec(url.pathname) ?? [];
    if (method === "GET") this.asked.push(url.pathname + url.search);
    if (method === "GET" && url.pathname === "/v1/inbox") return this.#inbox(poll);
    if (channel === undefined) return null;
    if (what === "events") return this.#events(channel, poll);
    return Promise.resolve(this.#commands(channel, poll));
  }

  async #events(channel: string, { url, user, known, signal }: Poll): Promise<Response> {
    const { epoch, after, id, wait } = channelPoll.parse(queryOf(url));
    const from = epoch === undefined || after === undefined ? undefined : { epoch, after };
    const until = this.#server.clock.now() + wait;
    const isKnown = () => from && known === this.#tagOf(channel) && this.#server.isAt(channel, from);
    while (isKnown()) {
      const left = until - this.#server.clock.now();
      if (left <= 0 || (await this.#hold(left, signal)) === undefined) return unchanged();
    }
    const frames = this.#server.resume(channel, id, from);
    return errorFrameOf(known === null ? [this.#server.hello(user), ...frames] : frames, this.#tagOf(channel));
  }

  async #inbox({ url, user, known, signal }: Poll): Promise<Response> {
    const { id, after, wait } = inboxPoll.parse(queryOf(url));
    const changes = this.#server.changesAfter(after);
    const tag = `"v${changes.version}"`;
    const frame: ServerFrame = { type: "inbox", id, ...changes };
    if (known === null) return errorFrameOf([this.#server.hello(user), frame], tag);
    if (known !== tag) return errorFrameOf([frame], tag);
    const live = wait > 0 ? await this.#hold(wait, signal) : undefined;
    return live ? errorFrameOf([live], tag) : unchanged();
  }

  #commands(channel: string, { user, body }: Poll): Response {
    const frames = commandList.parse(body).commands.map((raw): ServerFrame => {
      const decoded = readChannelCommand(raw);
      if (!decoded.ok) throw new Error(decoded.detail);
      this.commands.push({ channel, command: decoded.value });
      return this.#server.perform(channel, user, decoded.value);
    });
    return errorFrameOf(frames, null);
  }

  /** What ended the wait; undefined when the time was up. Rejects where the client gave up or the network did. */
  #hold(ms: number, signal: AbortSignal | null): Promise<ServerFrame | null | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<ServerFrame | null | undefined>();
    const { clock } = this.#server;
    const isCut = ms > this.cutsAfterMs;
    const over = () => (isCut ? reject(new TypeError("fetch failed")) : resolve(undefined));
    const timer = clock.setTimeout(over, isCut ? this.cutsAfterMs : ms);
    const failed = () => reject(new TypeError("fetch failed"));
    this.#held.add(resolve);
    signal?.addEventListener("abort", failed);
    return promise.finally(() => {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", failed);
      this.#held.delete(resolve);
    });
  }

  #tagOf(channel: string): string {
    return `"${Buffer.from(this.#server.stateOf(channel)).toString("base64url")}"`;
  }
}

function queryOf(url: URL): Record<string, string | number> {
  const numbers = new Set(["after", "wait"]);
  return Object.fromEntries([...url.searchParams].map(([key, text]) => [key, numbers.has(key) ? Number(text) : text]));
}

function errorFrameOf(frames: readonly ServerFrame[], tag: string | null): Response {
  const body = `{"frames":[${frames.map(encodeFrame).join(",")}]}`;
  return new Response(body, { headers: { "content-type": "application/json", ...(tag && { etag: tag }) } });
}

const unchanged = () => new Response(null, { status: 304 });

/** Makes a request that meets an accident; `ask` reaches the server. */
export async function meet(
  accident: Accident | undefined,
  poll: Poll,
  clock: TurnedClock,
  ask: () => Promise<Response>,
): Promise<Response> {
  if (accident === undefined) return ask();
  if (accident.kind === "unchanged") return poll.known === null ? problemAnswer("temporary") : unchanged();
  if (accident.kind === "lost") throw new TypeError("fetch failed");
  if (accident.kind === "doubled") await ask();
  const answer = await ask();
  if (accident.kind === "answer-lost") throw new TypeError("fetch failed");
  if (accident.kind === "delayed") {
    await new Promise<void>((resolve, reject) => {
      clock.setTimeout(resolve, accident.ms);
      poll.signal?.addEventListener("abort", () => reject(new TypeError("fetch failed")));
    });
  }
  return answer;
}
