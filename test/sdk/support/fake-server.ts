import {
  type Draft,
  decodeUserCommand,
  type ErrorCode,
  errors,
  type InboxFrame,
  type InboxRow,
  type NotificationSettings,
  PROTOCOL_VERSION,
  type PresenceMode,
  type PresenceOf,
  type PushDevice,
  rates,
  type SearchPage,
  type ServerFrame,
  type UserCommand,
} from "../../../src/protocol";
import { type ClientOptions, createClient } from "../../../src/sdk";
import { FakeChannels } from "./fake-channels";
import { changesOf, draftsOf, type Setting, settingFields } from "./fake-feed";
import { answer, type HttpServer, problemAnswer } from "./fake-http";
import { FakePolls, type NetworkFault, type PollServer, withFault } from "./fake-polls";
import { FakeSocket } from "./fake-socket";
import type { FakeUploads } from "./fake-uploads";
import { settle } from "./manual-clock";

/** A server in memory, for any number of clients. Tests control it through its public fields. */
export class FakeServer extends FakeChannels implements HttpServer, PollServer {
  readonly people = ["alice", "bob", "carol"];
  readonly requests: string[] = [];
  rows: InboxRow[] = [];
  /** Stored settings, in order. */
  settings: Setting[] = [];
  isOffline = false;
  /** Receives files; null if no test sends any. */
  uploads: FakeUploads | null = null;
  isSignedOut = false;
  /** Upgrades fail as in a browser: the socket closes before any frame. */
  refusesUpgrades = false;
  /** Sockets open, and the server sends nothing. */
  isSilent = false;
  readonly polls = new FakePolls(this);
  /** The faults of the next polls and commands over HTTP, in order. */
  readonly networkFaults: NetworkFault[] = [];
  devices: PushDevice[] = [];
  readonly tests: string[] = [];
  notifications: NotificationSettings = { previews: true, quiet: null };
  tokens = 0;
  features: string[] | null = null;
  readonly lists = new Map<string, unknown[]>();
  readonly searches: object[] = [];
  searchResult: SearchPage = { items: [], next: null };
  /** Returns whether a request is performed and its answer lost. */
  losesAnswer: (method: string, path: string) => boolean = () => false;
  /** Returns how long a request takes to arrive, in milliseconds. */
  requestDelay: (method: string, path: string) => number = () => 0;
  /** Called before a request is answered. A result is the answer. */
  intercept: (method: string, path: string, body: unknown, query: string) => Response | null = () => null;
  presence: PresenceMode = "auto";
  /** The visible presence by user. */
  readonly presences = new Map<string, Omit<PresenceOf, "user">>();
  /** Refuses presence commands temporarily. */
  isBusy = false;
  /** Called with every socket before the server says hello, and after it takes commands. */
  onAccept: (socket: FakeSocket) => void = () => {};
  onOpen: (socket: FakeSocket) => void = () => {};
  /** The error that answers every sync of an inbox over a socket. */
  syncRefusal: ErrorCode | null = null;
  readonly #watching = new Map<FakeSocket, readonly string[]>();

  client(person: string, options: ClientOptions = {}) {
    const accept = (socket: FakeSocket) => this.#accept(socket);
    return createClient({
      url: "https://parley.test",
      token: `s-${person}`,
      clock: this.clock,
      random: () => 0.5,
      fetch: (input, init) => this.#fetch(String(input), init),
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols);
          accept(this);
        }
      },
      ...options,
    });
  }

  /** Commands of one type that arrived over user sockets. */
  userCommands<T extends UserCommand["type"]>(type: T): Extract<UserCommand, { type: T }>[] {
    const requested = this.sockets.filter(({ channel }) => channel === null).flatMap(({ sent }) => sent);
    return requested
      .map((text) => decodeUserCommand(text))
      .flatMap((decoded) => (decoded.ok ? [decoded.value] : []))
      .filter((command): command is Extract<UserCommand, { type: T }> => command.type === type);
  }

  sendRows(rows: InboxRow[]): void {
    this.#sendInbox({ type: "inbox", rows, more: false });
  }

  /** Stores a setting and sends it to all devices of the person. */
  store(setting: Setting): void {
    this.settings.push(setting);
    this.#sendInbox({ type: "inbox", rows: [], ...settingFields([setting]), more: false });
  }

  /** Returns the stored drafts of a channel and its threads, in order. */
  drafts(channel: string): Draft[] {
    return draftsOf(this.settings).filter((draft) => draft.channel === channel);
  }

  #sendInbox(frame: InboxFrame): void {
    for (const socket of this.sockets) if (socket.channel === null) socket.say(frame);
    this.polls.wake(frame);
  }

  async #fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const method = init.method ?? "GET";
    this.requests.push(`${method} ${url.pathname}`);
    if (this.isOffline) throw new TypeError("fetch failed");
    if (this.uploads && /\/uploads(\/|$)/.test(url.pathname))
      return await this.uploads.answer(method, url.pathname, init);
    const bearer = new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? null;
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const delayMs = this.requestDelay(method, url.pathname);
    if (delayMs > 0) await new Promise<void>((resolve) => this.clock.setTimeout(resolve, delayMs));
    const intercepted = this.intercept(method, url.pathname, body, url.search);
    if (intercepted) return intercepted;
    const [, person] = /^a\d+-(\w+)$/.exec(bearer ?? "") ?? [];
    if (person === undefined) {
      const answered = answer(this, method, url, bearer, body);
      if (this.losesAnswer(method, url.pathname)) throw new TypeError("fetch failed");
      return answered;
    }
    const knownTag = new Headers(init.headers).get("if-none-match");
    const poll = { method, url, user: `u_${person}`, knownTag, body, signal: init.signal ?? null };
    return withFault(this.networkFaults.shift(), poll, this.clock, async () => {
      if (this.isSignedOut) return problemAnswer("token_expired");
      return (await this.polls.answer(poll)) ?? problemAnswer("not_found");
    });
  }

  #accept(socket: FakeSocket): void {
    this.sockets.push(socket);
    this.onAccept(socket);
    const user = `u_${socket.protocols[1]?.split("-")[1] ?? ""}`;
    queueMicrotask(() => {
      if (this.isOffline || this.refusesUpgrades) return socket.cut();
      if (this.isSilent) return;
      socket.say(this.hello(user));
      const { channel } = socket;
      if (channel === null) socket.onCommand = (text) => this.#userCommand(socket, text);
      else socket.onCommand = (text) => this.channelCommand(socket, channel, user, text);
      this.onOpen(socket);
    });
  }

  #userCommand(socket: FakeSocket, text: string): void {
    const command = decodeUserCommand(text);
    if (!command.ok) throw new Error(command.detail);
    const { id, type } = command.value;
    if (type === "inbox.sync" && this.syncRefusal !== null) {
      const { temporary } = errors[this.syncRefusal];
      socket.say({ type: "error", id, code: this.syncRefusal, temporary });
    } else if (type === "inbox.sync") socket.say({ type: "inbox", id, ...this.changesAfter(command.value.after) });
    else if (this.isOlderServer) socket.say({ type: "error", id, code: "invalid", temporary: false });
    else if (this.isBusy) socket.say({ type: "error", id, code: "rate_limited", temporary: true, retryAfterMs: 500 });
    else if (type === "presence.active") socket.say({ type: "ack", id, seq: 0 });
    else socket.say({ type: "presence", id, people: this.#newlyWatched(socket, command.value.users) });
  }

  /** Returns only people who were not watched before, as the real server does. */
  #newlyWatched(socket: FakeSocket, users: readonly string[]): PresenceOf[] {
    const before = this.#watching.get(socket) ?? [];
    this.#watching.set(socket, users);
    return users.flatMap((user) => {
      const presence = before.includes(user) ? undefined : this.presences.get(user);
      return presence ? [{ user, ...presence }] : [];
    });
  }

  /** Sets the presence of a user and sends it to those who watch them. */
  async setPresence(user: string, presence: Omit<PresenceOf, "user">): Promise<void> {
    this.presences.set(user, presence);
    for (const [socket, users] of this.#watching)
      if (users.includes(user)) socket.say({ type: "presence", people: [{ user, ...presence }] });
    await settle();
  }

  hello(user: string): ServerFrame {
    const at = this.clock.now();
    return { type: "hello", protocol: PROTOCOL_VERSION, user, heartbeatMs: 30_000, rate: rates.send, at };
  }

  changesAfter(after: number) {
    return changesOf(this.rows, this.settings, after);
  }
}
