import {
  type AppendingCommand,
  type Channel,
  type ChannelCommand,
  type Draft,
  decodeChannelCommand,
  decodeUserCommand,
  type ErrorCode,
  type Event,
  errors,
  type InboxFrame,
  type InboxRow,
  type NotificationSettings,
  type Permission,
  PROTOCOL_VERSION,
  type PresenceMode,
  type PresenceOf,
  type PushDevice,
  pageQuery,
  type Role,
  rates,
  type SearchPage,
  type ServerFrame,
  type Signal,
  type UserCommand,
} from "../../../src/protocol";
import { type ClientOptions, createClient } from "../../../src/sdk";
import { changesOf, draftsOf, type Setting, settingFields } from "./fake-feed";
import { answer, channelOf, type HttpServer, problemAnswer } from "./fake-http";
import { FakeLog, type NoticeContent, type RequestedChange } from "./fake-log";
import { FakePolls, type NetworkFault, type PollServer, withFault } from "./fake-polls";
import { FakeSocket } from "./fake-socket";
import { ManualClock, settle } from "./manual-clock";

/** A server in memory, for any number of clients. Tests control it through its public fields. */
export class FakeServer implements HttpServer, PollServer {
  readonly clock = new ManualClock();
  readonly people = ["alice", "bob", "carol"];
  readonly channels = new Map<string, Channel>();
  readonly requests: string[] = [];
  readonly sockets: FakeSocket[] = [];
  rows: InboxRow[] = [];
  /** Stored settings, in order. */
  settings: Setting[] = [];
  reads: Record<string, number> = {};
  role: Role = "member";
  delivered: Record<string, number> = {};
  permissions: Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own"];
  isOffline = false;
  isSignedOut = false;
  /** Upgrades fail as in a browser: the socket closes before any frame. */
  refusesUpgrades = false;
  /** Sockets open, and the server sends nothing. */
  isSilent = false;
  readonly polls = new FakePolls(this);
  /** The faults of the next polls and commands over HTTP, in order. */
  readonly networkFaults: NetworkFault[] = [];
  resumePage = 500;
  /** Resumes contain frames that no client can read. */
  sendsUnreadableResumes = false;
  devices: PushDevice[] = [];
  readonly tests: string[] = [];
  notifications: NotificationSettings = { previews: true, quiet: null };
  tokens = 0;
  readonly lists = new Map<string, unknown[]>();
  readonly searches: string[] = [];
  searchResult: SearchPage = { items: [], next: null };
  /** Whether a request is performed and its answer lost. */
  losesAnswer: (method: string, path: string) => boolean = () => false;
  /** How long a request takes to arrive, in milliseconds. */
  requestDelay: (method: string, path: string) => number = () => 0;
  /** Called before a command is performed. A result refuses the command. */
  refuse: (command: ChannelCommand) => { code: ErrorCode; retryAfterMs?: number } | null = () => null;
  /** Called before a request is answered. A result is the answer. */
  intercept: (method: string, path: string) => Response | null = () => null;
  presence: PresenceMode = "auto";
  /** The visible presence by user. */
  readonly presences = new Map<string, Omit<PresenceOf, "user">>();
  /** Users who have channels open. */
  here: string[] = [];
  /** Refuses presence commands temporarily. */
  isBusy = false;
  /** Knows no presence and typing commands, as older servers. */
  isOlderServer = false;
  readonly #logs = new Map<string, FakeLog>();
  readonly #joined = new Set<FakeSocket>();
  readonly #watching = new Map<FakeSocket, readonly string[]>();
  /** The command whose event was just broadcast. */
  #appended: string | null = null;

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

  log(channel: string): FakeLog {
    let log = this.#logs.get(channel);
    if (!log) {
      log = new FakeLog(this.clock.now);
      this.#logs.set(channel, log);
      if (!this.channels.has(channel)) this.#makeChannel(channel);
    }
    return log;
  }

  /** Commands of one type that arrived over user sockets. */
  userCommands<T extends UserCommand["type"]>(type: T): Extract<UserCommand, { type: T }>[] {
    const requested = this.sockets.filter(({ channel }) => channel === null).flatMap(({ sent }) => sent);
    return requested
      .map((text) => decodeUserCommand(text))
      .flatMap((decoded) => (decoded.ok ? [decoded.value] : []))
      .filter((command): command is Extract<UserCommand, { type: T }> => command.type === type);
  }

  /** The channel's newest open socket. */
  socket(channel: string | null): FakeSocket {
    const socket = this.sockets.findLast((one) => one.channel === channel && one.isOpen);
    if (!socket) throw new Error(`no socket for ${channel ?? "the user"} is open`);
    return socket;
  }

  /** Commands of one type that arrived for a channel, on all its sockets. */
  commands<T extends ChannelCommand["type"]>(channel: string, type: T): Extract<ChannelCommand, { type: T }>[] {
    const commands = this.sockets
      .filter((socket) => socket.channel === channel)
      .flatMap((socket) => socket.sent)
      .map((text) => decodeChannelCommand(text))
      .flatMap((decoded) => (decoded.ok ? [decoded.value] : []));
    const posted = this.polls.commands.filter((one) => one.channel === channel).map(({ command }) => command);
    return [...commands, ...posted].filter(
      (command): command is Extract<ChannelCommand, { type: T }> => command.type === type,
    );
  }

  /** Sends a message of a user without a client. */
  say(
    channel: string,
    text: string,
    author = "u_bob",
    place: { thread?: number; replyTo?: number } = {},
  ): Promise<Event> {
    return this.#broadcastEvent(channel, this.log(channel).say(author, text, place));
  }

  do(channel: string, change: RequestedChange, author = "u_bob"): Promise<Event> {
    return this.#broadcastEvent(channel, this.log(channel).do(author, change));
  }

  notice(channel: string, content: NoticeContent, actor = "u_bob"): Promise<Event> {
    return this.#broadcastEvent(channel, this.log(channel).notice(actor, content));
  }

  async #broadcastEvent(channel: string, event: Event): Promise<Event> {
    this.broadcast(channel, [event]);
    await settle();
    return event;
  }

  broadcast(channel: string, events: Event[]): void {
    const { epoch, head } = this.log(channel);
    for (const socket of this.#joined) {
      if (socket.channel === channel) socket.say({ type: "events", channel, epoch, head, events });
    }
    this.polls.wake();
  }

  sendRows(rows: InboxRow[]): void {
    this.#sendInbox({ type: "inbox", rows, more: false });
  }

  /** Stores a setting and sends it to all devices of the person. */
  store(setting: Setting): void {
    this.settings.push(setting);
    this.#sendInbox({ type: "inbox", rows: [], ...settingFields([setting]), more: false });
  }

  /** The stored drafts of a channel and its threads, in order. */
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
    const bearer = new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? null;
    const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const delayMs = this.requestDelay(method, url.pathname);
    if (delayMs > 0) await new Promise<void>((resolve) => this.clock.setTimeout(resolve, delayMs));
    const intercepted = this.intercept(method, url.pathname);
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
    const user = `u_${socket.protocols[1]?.split("-")[1] ?? ""}`;
    queueMicrotask(() => {
      if (this.isOffline || this.refusesUpgrades) return socket.cut();
      if (this.isSilent) return;
      socket.say(this.hello(user));
      const { channel } = socket;
      if (channel === null) socket.onCommand = (text) => this.#userCommand(socket, text);
      else socket.onCommand = (text) => this.#channelCommand(socket, channel, user, text);
    });
  }

  #userCommand(socket: FakeSocket, text: string): void {
    const command = decodeUserCommand(text);
    if (!command.ok) throw new Error(command.detail);
    const { id, type } = command.value;
    if (type === "inbox.sync") socket.say({ type: "inbox", id, ...this.changesAfter(command.value.after) });
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
      const presences = before.includes(user) ? undefined : this.presences.get(user);
      return presences ? [{ user, ...presences }] : [];
    });
  }

  /** Sets the presence of a user and sends it to those who watch them. */
  async setPresence(user: string, presences: Omit<PresenceOf, "user">): Promise<void> {
    this.presences.set(user, presences);
    for (const [socket, users] of this.#watching)
      if (users.includes(user)) socket.say({ type: "presence", people: [{ user, ...presences }] });
    await settle();
  }

  async signal(signal: Signal): Promise<void> {
    for (const socket of this.#joined) if (socket.channel === signal.channel) socket.say({ type: "signal", signal });
    await settle();
  }

  #channelCommand(socket: FakeSocket, channel: string, user: string, text: string): void {
    const decoded = decodeChannelCommand(text);
    if (!decoded.ok) throw new Error(decoded.detail);
    const command = decoded.value;
    const isPresenceSignal = command.type === "typing.start" || command.type === "view.set";
    if (isPresenceSignal && this.isOlderServer) {
      socket.say({ type: "error", id: command.id, code: "invalid", temporary: false });
      return;
    }
    const refused = this.#refusal(command);
    if (command.type === "typing.start" && !refused) return;
    if (command.type === "channel.subscribe" && !refused) {
      this.#subscribe(socket, channel, command);
      return;
    }
    this.#appended = null;
    const answer = refused ?? this.#do(channel, user, command);
    // The event already answers its sender.
    if (this.#appended !== command.id) socket.say(answer);
  }

  hello(user: string): ServerFrame {
    const at = this.clock.now();
    return { type: "hello", protocol: PROTOCOL_VERSION, user, heartbeatMs: 30_000, rate: rates.send, at };
  }

  changesAfter(after: number) {
    return changesOf(this.rows, this.settings, after);
  }

  perform(channel: string, user: string, command: ChannelCommand): ServerFrame {
    return this.#refusal(command) ?? this.#do(channel, user, command);
  }

  #refusal(command: ChannelCommand): ServerFrame | null {
    const refused = this.refuse(command);
    if (!refused) return null;
    return { type: "error", id: command.id, temporary: errors[refused.code].temporary, ...refused };
  }

  #do(channel: string, user: string, command: ChannelCommand): ServerFrame {
    const { id } = command;
    if (command.type === "channel.subscribe") return { type: "error", id, code: "invalid", temporary: false };
    if (command.type === "read.mark") {
      this.reads[user] = Math.max(command.seq, this.reads[user] ?? 0);
      return { type: "ack", id, seq: command.seq };
    }
    if (command.type === "view.set") return { type: "ack", id, seq: 0 };
    if (command.type === "typing.start") return { type: "error", id, code: "internal", temporary: false };
    if (command.type === "read.unmark") return { type: "ack", id, seq: command.seq };
    if (command.type === "history.page") {
      return { type: "page", id, page: this.log(channel).page(pageQuery.parse(command.query)) };
    }
    return this.#append(channel, user, command);
  }

  #append(channel: string, user: string, command: AppendingCommand): ServerFrame {
    const isUnknownTarget = "seq" in command && !this.log(channel).messages.some(({ seq }) => seq === command.seq);
    if (isUnknownTarget) return { type: "error", id: command.id, code: "not_found", temporary: false };
    const appended = this.log(channel).append(user, command);
    if (typeof appended === "number") return { type: "ack", id: command.id, seq: appended };
    this.#appended = command.id;
    this.broadcast(channel, [appended]);
    return { type: "ack", id: command.id, seq: appended.seq };
  }

  #subscribe(
    socket: FakeSocket,
    channel: string,
    { id, from }: Extract<ChannelCommand, { type: "channel.subscribe" }>,
  ): void {
    const frames = this.resume(channel, id, from);
    if (frames.some(({ type }) => type === "ready")) this.#joined.add(socket);
    for (const frame of frames) {
      if (frame.type === "events" && this.sendsUnreadableResumes)
        socket.sayRaw('{"type":"events","events":[{"type":"message.sung"}]}');
      else socket.say(frame);
    }
  }

  resume(channel: string, id: string, from?: { epoch: string; after: number }): ServerFrame[] {
    const { epoch, head, events } = this.log(channel);
    if (from && (from.epoch !== epoch || from.after > head)) {
      return [{ type: "reset", id, reason: from.epoch === epoch ? "beyond_head" : "epoch", epoch, head }];
    }
    const batch = from ? events.slice(from.after, from.after + this.resumePage) : [];
    const after = from ? from.after + batch.length : head;
    const { role, permissions, reads, delivered, here } = this;
    return [
      ...(batch.length > 0 ? [{ type: "events", channel, epoch, head, events: batch } as const] : []),
      after < head
        ? { type: "more", id, epoch, after, head }
        : { type: "ready", id, epoch, head, role, permissions, reads, delivered, here },
    ];
  }

  stateOf(channel: string): string {
    const { epoch, head } = this.log(channel);
    return JSON.stringify([epoch, head, this.role, this.reads, this.delivered]);
  }

  isAt(channel: string, from: { epoch: string; after: number }): boolean {
    const { epoch, head } = this.log(channel);
    return from.epoch === epoch && from.after === head;
  }

  #makeChannel(id: string): void {
    this.channels.set(id, channelOf(this, { id, createdBy: "u_bob" }, ["alice", "bob"]));
  }
}
