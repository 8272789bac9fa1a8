// The server's side of polls, and the faults of the network between client and server.
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
import type { ManualClock } from "./manual-clock";

/** What the network does to a request or its answer. */
export type NetworkFault =
  | { kind: "lost" }
  | { kind: "answer-lost" }
  | { kind: "doubled" }
  | { kind: "delayed"; ms: number }
  /** A proxy answers that nothing has changed. */
  | { kind: "unchanged" };

/** The part of the fake server that answers polls. */
export interface PollServer {
  readonly clock: ManualClock;
  hello(user: string): ServerFrame;
  changesAfter(after: number): Omit<InboxFrame, "type" | "id">;
  resume(channel: string, id: string, from?: { epoch: string; after: number }): ServerFrame[];
  perform(channel: string, user: string, command: ChannelCommand): ServerFrame;
  /** Identifies the state that a poll at the head returns. */
  stateOf(channel: string): string;
  isAt(channel: string, from: { epoch: string; after: number }): boolean;
}

export interface FakePoll {
  method: string;
  url: URL;
  user: string;
  knownTag: string | null;
  body: unknown;
  signal: AbortSignal | null;
}

export class FakePolls {
  /** A proxy cuts polls that are held longer than this. */
  cutsPollsAfterMs = Number.POSITIVE_INFINITY;
  /** The path and query of every poll. */
  readonly requested: string[] = [];
  /** All commands posted. */
  readonly commands: { channel: string; command: ChannelCommand }[] = [];
  readonly #server: PollServer;
  readonly #held = new Set<(live: ServerFrame | null) => void>();

  constructor(server: PollServer) {
    this.#server = server;
  }

  get held(): number {
    return this.#held.size;
  }

  /** Ends all held polls. Inbox polls return `live`. */
  wake(live: ServerFrame | null = null): void {
    for (const end of [...this.#held]) end(live);
  }

  /** Answers a poll; null if the path belongs to no poll. */
  answer(poll: FakePoll): Promise<Response> | null {
    const { method, url } = poll;
    const [, channel, what] = /^\/v1\/channels\/(\w+)\/(events|commands)$/.exec(url.pathname) ?? [];
    if (method === "GET") this.requested.push(url.pathname + url.search);
    if (method === "GET" && url.pathname === "/v1/inbox") return this.#inbox(poll);
    if (channel === undefined) return null;
    if (what === "events") return this.#events(channel, poll);
    return Promise.resolve(this.#commands(channel, poll));
  }

  async #events(channel: string, { url, user, knownTag, signal }: FakePoll): Promise<Response> {
    const { epoch, after, id, wait } = channelPoll.parse(queryOf(url));
    const from = epoch === undefined || after === undefined ? undefined : { epoch, after };
    const until = this.#server.clock.now() + wait;
    const isUnchanged = () => from && knownTag === this.#tagOf(channel) && this.#server.isAt(channel, from);
    while (isUnchanged()) {
      const left = until - this.#server.clock.now();
      if (left <= 0 || (await this.#hold(left, signal)) === undefined) return unchanged();
    }
    const frames = this.#server.resume(channel, id, from);
    return framesResponse(knownTag === null ? [this.#server.hello(user), ...frames] : frames, this.#tagOf(channel));
  }

  async #inbox({ url, user, knownTag, signal }: FakePoll): Promise<Response> {
    const { id, after, wait } = inboxPoll.parse(queryOf(url));
    const changes = this.#server.changesAfter(after);
    const tag = `"v${changes.version}"`;
    const frame: ServerFrame = { type: "inbox", id, ...changes };
    if (knownTag === null) return framesResponse([this.#server.hello(user), frame], tag);
    if (knownTag !== tag) return framesResponse([frame], tag);
    const live = wait > 0 ? await this.#hold(wait, signal) : undefined;
    return live ? framesResponse([live], tag) : unchanged();
  }

  #commands(channel: string, { user, body }: FakePoll): Response {
    const frames = commandList.parse(body).commands.map((raw): ServerFrame => {
      const decoded = readChannelCommand(raw);
      if (!decoded.ok) throw new Error(decoded.detail);
      this.commands.push({ channel, command: decoded.value });
      return this.#server.perform(channel, user, decoded.value);
    });
    return framesResponse(frames, null);
  }

  /**
   * Resolves with what ended the wait, or undefined at its end. Rejects when it is cut or aborted.
   */
  #hold(ms: number, signal: AbortSignal | null): Promise<ServerFrame | null | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<ServerFrame | null | undefined>();
    const { clock } = this.#server;
    const isCut = ms > this.cutsPollsAfterMs;
    const over = () => (isCut ? reject(new TypeError("fetch failed")) : resolve(undefined));
    const timer = clock.setTimeout(over, isCut ? this.cutsPollsAfterMs : ms);
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

function queryOf(url: URL): Record<string, string | number | boolean> {
  const numbers = new Set(["after", "wait"]);
  const textOrFlag = (key: string, text: string) => (key === "purges" ? text === "true" : text);
  return Object.fromEntries(
    [...url.searchParams].map(([key, text]) => [key, numbers.has(key) ? Number(text) : textOrFlag(key, text)]),
  );
}

function framesResponse(frames: readonly ServerFrame[], tag: string | null): Response {
  const body = `{"frames":[${frames.map(encodeFrame).join(",")}]}`;
  return new Response(body, { headers: { "content-type": "application/json", ...(tag && { etag: tag }) } });
}

const unchanged = () => new Response(null, { status: 304 });

/** Makes a request that may meet a fault. `send` reaches the server. */
export async function withFault(
  fault: NetworkFault | undefined,
  poll: FakePoll,
  clock: ManualClock,
  send: () => Promise<Response>,
): Promise<Response> {
  if (fault === undefined) return send();
  if (fault.kind === "unchanged") return poll.knownTag === null ? problemAnswer("temporary") : unchanged();
  if (fault.kind === "lost") throw new TypeError("fetch failed");
  if (fault.kind === "doubled") await send();
  const answer = await send();
  if (fault.kind === "answer-lost") throw new TypeError("fetch failed");
  if (fault.kind === "delayed") {
    await new Promise<void>((resolve, reject) => {
      clock.setTimeout(resolve, fault.ms);
      poll.signal?.addEventListener("abort", () => reject(new TypeError("fetch failed")));
    });
  }
  return answer;
}
