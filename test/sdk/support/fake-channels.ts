import {
  type AppendingCommand,
  type CallCommand,
  type ChannelCommand,
  type ChannelInfo,
  decodeChannelCommand,
  type ErrorCode,
  type Event,
  errors,
  type Permission,
  pageQuery,
  type Role,
  type ServerFrame,
  type Signal,
} from "../../../src/protocol";
import { FakeCall } from "./fake-calls";
import { channelOf } from "./fake-http";
import { FakeLog, type NoticeContent, type RequestedChange } from "./fake-log";
import type { FakePolls } from "./fake-polls";
import type { FakeSocket } from "./fake-socket";
import { ManualClock, settle } from "./manual-clock";

/** The channels of the fake server: their logs, subscriptions, commands and events. */
export abstract class FakeChannels {
  abstract readonly polls: FakePolls;
  readonly clock = new ManualClock();
  readonly channels = new Map<string, ChannelInfo>();
  readonly sockets: FakeSocket[] = [];
  reads: Record<string, number> = {};
  role: Role = "member";
  delivered: Record<string, number> = {};
  permissions: Permission[] = ["read", "send", "react", "pin", "edit_own", "delete_own"];
  resumePage = 500;
  /** Resumes contain frames that no client can read. */
  sendsUnreadableResumes = false;
  /** Called before a command is performed. A result refuses the command. */
  refuse: (command: ChannelCommand) => { code: ErrorCode; retryAfterMs?: number } | null = () => null;
  /** Users who have channels open. */
  here: string[] = [];
  /** Knows no presence and typing commands, as older servers. */
  isOlderServer = false;
  readonly #calls = new Map<string, FakeCall>();
  readonly #logs = new Map<string, FakeLog>();
  readonly #joined = new Set<FakeSocket>();
  /** The command whose event was just broadcast. */
  #appended: string | null = null;

  log(channel: string): FakeLog {
    let log = this.#logs.get(channel);
    if (!log) {
      log = new FakeLog(this.clock.now);
      this.#logs.set(channel, log);
      if (!this.channels.has(channel)) this.#makeChannel(channel);
    }
    return log;
  }

  call(channel: string): FakeCall {
    const call = this.#calls.get(channel) ?? new FakeCall(channel);
    this.#calls.set(channel, call);
    return call;
  }

  /** Returns the channel's newest open socket. */
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

  async signal(signal: Signal): Promise<void> {
    for (const socket of this.#joined) if (socket.channel === signal.channel) socket.say({ type: "signal", signal });
    await settle();
  }

  channelCommand(socket: FakeSocket, channel: string, user: string, text: string): void {
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
    if (isCallCommand(command)) {
      socket.say(refused ?? this.call(channel).command(socket, user, command));
      return;
    }
    this.#appended = null;
    const answer = refused ?? this.#do(channel, user, command);
    // The event already answers its sender.
    if (this.#appended !== command.id) socket.say(answer);
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
    if (command.type === "channel.subscribe" || isCallCommand(command))
      return { type: "error", id, code: "invalid", temporary: false };
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
        : { type: "ready", id, epoch, head, role, permissions, reads, delivered, here, ...this.#callOf(channel) },
    ];
  }

  #callOf(channel: string) {
    const call = this.#calls.get(channel);
    const calls = ["call", "speak", "video", "share"] as const;
    return { calls: [...calls], ...(call?.isOn && { call: call.answer() }) };
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

const isCallCommand = (command: ChannelCommand): command is CallCommand => command.type.startsWith("call.");
