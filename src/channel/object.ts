// The shell of a channel's object: finds the channel, hands over, answers. Rules are in `domain/`, the turn in `turn.ts`.
import { DurableObject } from "cloudflare:workers";
import type { ArchivePort } from "../domain/archive";
import { type Answer, ChatError, fail, succeed } from "../domain/error";
import type { Caller, ChannelPort, ChannelState, Named, Part, Poll, Polled, Version } from "../domain/ports";
import type { Roster } from "../domain/roster";
import * as wire from "../protocol";
import { answerOf, ring } from "../runtime/answering";
import { readOpener } from "../runtime/identity";
import { readRates } from "../runtime/rates";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { attemptAppend } from "./append";
import { type Attachment, attachment } from "./attachment";
import { Channel } from "./channel";
import { compareArchive } from "./comparing";
import { createLog, findLog } from "./creation";
import { attemptErase } from "./erasing";
import { readWritten } from "./history";
import { leave } from "./leaving";
import type { LogHeader } from "./log";
import { markRead, markUnread } from "./marking";
import { poll } from "./polling";
import { messageFor, pageFor, pinsFor, someFor, versionsFor } from "./reading";
import { receive, receiveAll } from "./reception";
import { goBack } from "./restoring";
import { attemptRoster } from "./rostering";
import { upgrade } from "./upgrade";

/** Without its archive, which whoever puts the Worker together gives it. */
export abstract class ChannelShell extends DurableObject<Env> implements ChannelPort {
  readonly #sockets: SocketIndex<Attachment>;
  #channel: Channel | null = null;
  #isParting = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(wire.PING, wire.PONG));
    this.#sockets = new SocketIndex(ctx, attachment);
  }

  protected abstract openArchive(): ArchivePort;

  async applyRoster(roster: Roster): Promise<Answer<number>> {
    const channel = this.#find() ?? this.#open(createLog(this.ctx.storage, roster));
    return await channel.turn.write(0, (reply) => attemptRoster(channel, roster, (held) => reply(succeed(held))));
  }

  async append(caller: Caller, named: Named): Promise<Answer<wire.Appended>> {
    const channel = this.#find();
    if (!channel) return fail(new ChatError("not_found"));
    const bytes = "text" in named.command ? named.command.text.length : 0;
    return await channel.turn.write(bytes, (reply) =>
      attemptAppend(channel, () => channel.roster.admit(caller), named, reply),
    );
  }

  async perform(caller: Caller, commands: unknown[]): Promise<Answer<wire.ServerFrame[]>> {
    return this.#answer(caller, (channel) => receiveAll(channel, caller, commands));
  }

  async poll(caller: Caller, asked: Poll<wire.ChannelPoll>): Promise<Answer<Polled | null>> {
    return this.#answer(caller, (channel) => poll(channel, caller, asked));
  }

  async page(caller: Caller, query: wire.PageQuery): Promise<Answer<wire.Page>> {
    return this.#ask(caller, (channel) => pageFor(channel, caller.user, query));
  }

  async message(caller: Caller, seq: number): Promise<Answer<wire.Message>> {
    return this.#ask(caller, (channel) => messageFor(channel, caller.user, seq));
  }

  async versions(caller: Caller, seq: number): Promise<Answer<Version[]>> {
    return this.#ask(caller, (channel) => versionsFor(channel, caller.user, seq));
  }

  async pins(caller: Caller): Promise<Answer<wire.Message[]>> {
    return this.#ask(caller, (channel) => pinsFor(channel, caller.user));
  }

  async recall(caller: Caller, seqs: number[]): Promise<Answer<wire.Message[]>> {
    return this.#ask(caller, (channel) => someFor(channel, caller.user, seqs));
  }

  async writtenBy(user: string, after: number): Promise<Answer<Part<wire.Message>>> {
    return this.#serve((channel) => readWritten(channel.sql, channel.log.head, user, after));
  }

  async erase(user: string, after: number): Promise<Answer<number | null>> {
    const channel = this.#find();
    if (!channel) return succeed(null);
    return await channel.turn.write(0, (reply) => attemptErase(channel, user, after, reply));
  }

  async state(): Promise<Answer<ChannelState>> {
    return this.#serve(({ log, standing, usage }) => ({
      head: log.head,
      archived: Math.max(0, standing.archived),
      usage: usage.total,
    }));
  }

  async compareArchive(after: number): Promise<Answer<wire.ArchiveReport>> {
    return this.#serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): Promise<Answer<null>> {
    return this.#serve((channel) => {
      channel.archiving.beginAgain();
      return null;
    });
  }

  async markRead(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#ask(caller, (channel) => markRead(channel, caller.user, seq, null));
  }

  async markUnread(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#ask(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): Promise<Answer<wire.InboxRow>> {
    const channel = this.#find();
    if (!channel?.roster.get(user)) return fail(new ChatError("not_found"));
    const row = channel.summaries.rowOf(user);
    channel.fanOut.woke(user, row);
    return succeed(row);
  }

  async restore(at: number): Promise<Answer<null>> {
    if (!this.#find()) return fail(new ChatError("not_found"));
    this.#isParting = true;
    const answer = await goBack(this.ctx, at);
    this.#isParting = answer.ok;
    return answer;
  }

  override fetch(request: Request): Response {
    return upgrade(this.#find(), this.#sockets, readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const channel = this.#find("frame");
    const heard = channel && this.#sockets.heard(socket, frame);
    if (heard) await receive(channel, heard.attached, heard.text);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    leave(this.#find("nothing"), this.#sockets, socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Finishes what a crash or a pause left undone. */
  override alarm(): Promise<void> {
    return ring(this.ctx.storage, "channel.alarm", async () => this.#find()?.ring());
  }

  /** Throws `temporary` while the object waits to wake in an earlier state: what it took now would be gone. */
  #find(by: "request" | "frame" | "nothing" = "request"): Channel | null {
    if (this.#isParting) throw new ChatError("temporary");
    const channel = this.#channel ?? this.#wake();
    if (channel && by === "request") channel.usage.objectRequests++;
    if (channel && by === "frame") channel.usage.socketMessages++;
    return channel;
  }

  #wake(): Channel | null {
    const header = findLog(this.ctx.storage);
    return header && this.#open(header);
  }

  #open(header: LogHeader): Channel {
    this.#channel = new Channel(header, {
      storage: this.ctx.storage,
      sockets: this.#sockets,
      rates: readRates(this.env.RATES),
      archive: this.openArchive(),
      userObject: (user) => this.env.USERS.getByName(user),
      now: () => Date.now(),
      abort: (reason) => this.ctx.abort(reason),
    });
    return this.#channel;
  }

  /** Answers a member's question outside the queue: it changes no entry and sees everything that was acknowledged. */
  #ask<T>(caller: Caller, question: (channel: Channel) => T): Promise<Answer<T>> {
    return this.#answer(caller, (channel) => {
      channel.asks.take(caller.user, channel.now());
      return question(channel);
    });
  }

  #answer<T>(caller: Caller, question: (channel: Channel) => T | Promise<T>): Promise<Answer<T>> {
    return this.#serve((channel) => {
      channel.roster.admit(caller);
      return question(channel);
    });
  }

  async #serve<T>(question: (channel: Channel) => T | Promise<T>): Promise<Answer<T>> {
    const channel = this.#find();
    if (!channel) return fail(new ChatError("not_found"));
    return await answerOf("channel.ask", () => question(channel));
  }
}
