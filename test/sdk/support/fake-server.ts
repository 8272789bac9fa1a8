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
import { changesOf, draftsOf, type Setting, toldOf } from "./fake-feed";
import { answer, channelOf, problemAnswer, type World } from "./fake-http";
import { type Asked, FakeLog, type Noticed } from "./fake-log";
import { type Accident, FakePolls, meet, type Polled } from "./fake-polls";
import { FakeSocket } from "./fake-socket";
import { settle, TurnedClock } from "./turned-clock";

/** Speaks the protocol from memory, to as many clients as there are. Tests script it through its public fields. */
export class FakeServer implements World, Polled {
  readonly clock = new TurnedClock();
  readonly people = ["alice", "bob", "carol"];
  readonly channels = new Map<string, Channel>();
  readonly requests: string[] = [];
  readonly sockets: FakeSocket[] = [];
  rows: InboxRow[] = [];
  /** What was stored, in its order. */
  settings: Setting[] = [];
  reads: Record<string, number> = {};
  role: Role = "member";
  delivered: Record<string, number> = {};
  permissions: Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own"];
  isOffline = false;
  isSignedOut = false;
  /** Upgrades fail as a browser sees it: closed before a word was said. */
  refusesUpgrades = false;
  /** Sockets open, and what is said on them never arrives. */
  isMute = false;
  readonly polls = new FakePolls(this);
  /** What the next polls and commands over HTTP meet, in turn. */
  readonly accidents: Accident[] = [];
  resumePage = 500;
  /** Resumes bring frames that no client can read. */
  garblesResumes = false;
  devices: PushDevice[] = [];
  readonly tests: string[] = [];
  notifications: NotificationSettings = { previews: true, quiet: null };
  tokens = 0;
  readonly lists = new Map<string, unknown[]>();
  readonly searches: string[] = [];
  found: SearchPage = { items: [], next: null };
  /** Whether what was done is never heard of. */
  losesAnswer: (method: string, path: string) => boolean = () => false;
  /** How long a request is on its way. */
  lateness: (method: string, path: string) => number = () => 0;
  /** Asked before a command is carried out; what it returns refuses the command. */
  judge: (command: ChannelCommand) => { code: ErrorCode; retryAfterMs?: number } | null = () => null;
  /** Asked before a request is answered; what it returns is the answer. */
  intercept: (method: string, path: string) => Response | null = () => null;
  presence: PresenceMode = "auto";
  /** What is known of people; whoever is missing may not be heard of. */
  readonly seen = new Map<string, Omit<PresenceOf, "user">>();
  /** Who has channels open. */
  here: string[] = [];
  /** Has no time for questions about people. */
  isBusy = false;
  /** Knows no commands of presence and typing, as servers of before. */
  isOld = false;
  readonly #logs = new Map<string, FakeLog>();
  readonly #joined = new Set<FakeSocket>();
  readonly #watching = new Map<FakeSocket, readonly string[]>();
  /** The command whose event has just been told. */
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
  asks<T extends UserCommand["type"]>(type: T): Extract<UserCommand, { type: T }>[] {
    const asked = this.sockets.filter(({ channel }) => channel === null).flatMap(({ sent }) => sent);
    return asked
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

  /** Somebody who is not a client here says something. */
  say(
    channel: string,
    text: string,
    author = "u_bob",
    place: { thread?: number; replyTo?: number } = {},
  ): Promise<Event> {
    return this.#tell(channel, this.log(channel).say(author, text, place));
  }

  do(channel: string, asked: Asked, author = "u_bob"): Promise<Event> {
    return this.#tell(channel, this.log(channel).do(author, asked));
  }

  note(channel: string, noticed: Noticed, actor = "u_bob"): Promise<Event> {
    return this.#tell(channel, this.log(channel).note(actor, noticed));
  }

  async #tell(channel: string, event: Event): Promise<Event> {
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

  tellRows(rows: InboxRow[]): void {
    this.#tellInbox({ type: "inbox", rows, more: false });
  }

  /** As a device of the person does. */
  store(setting: Setting): void {
    this.settings.push(setting);
    this.#tellInbox({ type: "inbox", rows: [], ...toldOf([setting]), more: false });
  }

  /** The drafts stored on a channel and in its threads, in their order. */
  drafts(channel: string): Draft[] {
    return draftsOf(this.settings).filter((draft) => draft.channel === channel);
  }

  #tellInbox(frame: InboxFrame): void {
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
    const lateMs = this.lateness(method, url.pathname);
    if (lateMs > 0) await new Promise<void>((resolve) => this.clock.setTimeout(resolve, lateMs));
    const intercepted = this.intercept(method, url.pathname);
    if (intercepted) return intercepted;
    const [, access] = /^a\d+-(\w+)$/.exec(bearer ?? "") ?? [];
    if (access === undefined) {
      const answered = answer(this, method, url, bearer, body);
      if (this.losesAnswer(method, url.pathname)) throw new TypeError("fetch failed");
      return answered;
    }
    const known = new Headers(init.headers).get("if-none-match");
    const poll = { method, url, user: `u_${access}`, known, body, signal: init.signal ?? null };
    return meet(this.accidents.shift(), poll, this.clock, async () => {
      if (this.isSignedOut) return problemAnswer("token_expired");
      return (await this.polls.answer(poll)) ?? problemAnswer("not_found");
    });
  }

  #accept(socket: FakeSocket): void {
    this.sockets.push(socket);
    const user = `u_${socket.protocols[1]?.split("-")[1] ?? ""}`;
    queueMicrotask(() => {
      if (this.isOffline || this.refusesUpgrades) return socket.cut();
      if (this.isMute) return;
      socket.say(this.hello(user));
      const { channel } = socket;
      if (channel === null) socket.heard = (text) => this.#heardUser(socket, text);
      else socket.heard = (text) => this.#heardChannel(socket, channel, user, text);
    });
  }

  #heardUser(socket: FakeSocket, text: string): void {
    const command = decodeUserCommand(text);
    if (!command.ok) throw new Error(command.detail);
    const { id, type } = command.value;
    if (type === "inbox.sync") socket.say({ type: "inbox", id, ...this.changesAfter(command.value.after) });
    else if (this.isOld) socket.say({ type: "error", id, code: "invalid", temporary: false });
    else if (this.isBusy) socket.say({ type: "error", id, code: "rate_limited", temporary: true, retryAfterMs: 500 });
    else if (type === "presence.active") socket.say({ type: "ack", id, seq: 0 });
    else socket.say({ type: "presence", id, people: this.#watched(socket, command.value.users) });
  }

  /** As the server: of those named before, nothing is said again. */
  #watched(socket: FakeSocket, users: readonly string[]): PresenceOf[] {
    const before = this.#watching.get(socket) ?? [];
    this.#watching.set(socket, users);
    return users.flatMap((user) => {
      const seen = before.includes(user) ? undefined : this.seen.get(user);
      return seen ? [{ user, ...seen }] : [];
    });
  }

  /** Tells who follows somebody how they are. */
  async show(user: string, seen: Omit<PresenceOf, "user">): Promise<void> {
    this.seen.set(user, seen);
    for (const [socket, users] of this.#watching)
      if (users.includes(user)) socket.say({ type: "presence", people: [{ user, ...seen }] });
    await settle();
  }

  async signal(signal: Signal): Promise<void> {
    for (const socket of this.#joined) if (socket.channel === signal.channel) socket.say({ type: "signal", signal });
    await settle();
  }

  #heardChannel(socket: FakeSocket, channel: string, user: string, text: string): void {
    const decoded = decodeChannelCommand(text);
    if (!decoded.ok) throw new Error(decoded.detail);
    const command = decoded.value;
    const isOfCompany = command.type === "typing.start" || command.type === "view.set";
    if (isOfCompany && this.isOld) {
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
    // Whoever hears the event needs no other answer.
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
    const refused = this.judge(command);
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
    const isLost = "seq" in command && !this.log(channel).messages.some(({ seq }) => seq === command.seq);
    if (isLost) return { type: "error", id: command.id, code: "not_found", temporary: false };
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
      if (frame.type === "events" && this.garblesResumes)
        socket.sayRaw('{"type":"events","events":[{"type":"message.sung"}]}');
      else socket.say(frame);
    }
  }

  resume(channel: string, id: string, from?: { epoch: string; after: number }): ServerFrame[] {
    const { epoch, head, events } = this.log(channel);
    if (from && (from.epoch !== epoch || from.after > head)) {
      return [{ type: "reset", id, reason: from.epoch === epoch ? "beyond_head" : "epoch", epoch, head }];
    }
    const part = from ? events.slice(from.after, from.after + this.resumePage) : [];
    const after = from ? from.after + part.length : head;
    const { role, permissions, reads, delivered, here } = this;
    return [
      ...(part.length > 0 ? [{ type: "events", channel, epoch, head, events: part } as const] : []),
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
