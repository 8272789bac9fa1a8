// The shell of a channel's object: finds the channel, hands over, answers. Rules are in `domain/`, the turn in `turn.ts`.
import { DurableObject } from "cloudflare:workers";
import type { ArchivePort } from "../domain/archive";
import { type Answer, ChatError, fail, succeed } from "../domain/error";
import type { Owed, Settlement } from "../domain/notification-ports";
import type { Caller, ChannelPort, ChannelState, Named, Part, Poll, Polled, Version } from "../domain/ports";
import type { Roster } from "../domain/roster";
import * as wire from "../protocol";
import { ring } from "../runtime/answer";
import { readOpener } from "../runtime/identity";
import { readRates } from "../runtime/rates";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { Home } from "./channel-loader";
import { authorsOf, countMessages, readWritten } from "./log/history";
import { type Attachment, attachment } from "./members/socket-state";
import { attemptAppend } from "./operations/append";
import { compareArchive } from "./operations/archive-compare";
import { receive, receiveAll } from "./operations/dispatcher";
import { attemptErase } from "./operations/erasure";
import { leave } from "./operations/leave";
import { messageFor, pageFor, pinsFor, someFor, versionsFor } from "./operations/member-history";
import { poll } from "./operations/poll";
import { markRead, markUnread } from "./operations/read-marks";
import { goBack } from "./operations/restore";
import { attemptRoster } from "./operations/roster-apply";
import { upgrade } from "./operations/upgrade";

/** Its archive is given by whoever puts the Worker together. */
export class ChannelShell extends DurableObject<Env> implements ChannelPort {
  readonly #sockets: SocketIndex<Attachment>;
  readonly #home: Home;

  constructor(ctx: DurableObjectState, env: Env, archive: () => ArchivePort) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(wire.PING, wire.PONG));
    this.#sockets = new SocketIndex(ctx, attachment);
    this.#home = new Home({
      ctx,
      sockets: this.#sockets,
      rates: readRates(env.RATES),
      archive,
      userObject: (user) => env.USERS.getByName(user),
      pushQueue: { send: async (job) => void (await env.PUSH.send(job)) },
    });
    // Before anything else is heard: whoever arms it must know how it is set.
    void ctx.blockConcurrencyWhile(async () => {
      this.#home.alarmAt = await ctx.storage.getAlarm();
    });
  }

  async applyRoster(roster: Roster): Promise<Answer<number>> {
    const channel = this.#home.findOrMake(roster);
    return await channel.turn.write(0, (reply) => attemptRoster(channel, roster, (held) => reply(succeed(held))));
  }

  async append(caller: Caller, named: Named): Promise<Answer<wire.Appended>> {
    const channel = this.#home.find();
    if (!channel) return fail(new ChatError("not_found"));
    const bytes = "text" in named.command ? named.command.text.length : 0;
    return await channel.turn.write(bytes, (reply) =>
      attemptAppend(channel, () => channel.roster.admit(caller), named, reply),
    );
  }

  async perform(caller: Caller, commands: unknown[]): Promise<Answer<wire.ServerFrame[]>> {
    return this.#home.answer(caller, (channel) => receiveAll(channel, caller, commands));
  }

  async poll(caller: Caller, asked: Poll<wire.ChannelPoll>): Promise<Answer<Polled | null>> {
    return this.#home.answer(caller, (channel) => poll(channel, caller, asked));
  }

  async page(caller: Caller, query: wire.PageQuery): Promise<Answer<wire.Page>> {
    return this.#home.ask(caller, (channel) => pageFor(channel, caller.user, query));
  }

  async message(caller: Caller, seq: number): Promise<Answer<wire.Message>> {
    return this.#home.ask(caller, (channel) => messageFor(channel, caller.user, seq));
  }

  async versions(caller: Caller, seq: number): Promise<Answer<Version[]>> {
    return this.#home.ask(caller, (channel) => versionsFor(channel, caller.user, seq));
  }

  async pins(caller: Caller): Promise<Answer<wire.Message[]>> {
    return this.#home.ask(caller, (channel) => pinsFor(channel, caller.user));
  }

  async recall(caller: Caller, seqs: number[]): Promise<Answer<wire.Message[]>> {
    return this.#home.ask(caller, (channel) => someFor(channel, caller.user, seqs));
  }

  async writtenBy(user: string, after: number): Promise<Answer<Part<wire.Message>>> {
    return this.#home.serve((channel) => readWritten(channel.sql, channel.log.head, user, after));
  }

  async erase(user: string, after: number): Promise<Answer<number | null>> {
    const channel = this.#home.find();
    if (!channel) return succeed(null);
    return await channel.turn.write(0, (reply) => attemptErase(channel, user, after, reply));
  }

  async authors(): Promise<Answer<string[]>> {
    return this.#home.serve(({ sql }) => authorsOf(sql));
  }

  async state(): Promise<Answer<ChannelState>> {
    return this.#home.serve(async ({ log, standing, usage, archiving, sql }) => {
      // The cursor is saved rarely: an object that has just woken may think that it is behind.
      await archiving.drain();
      return {
        head: log.head,
        messages: countMessages(sql),
        archived: Math.max(0, standing.archived),
        usage: usage.total,
      };
    });
  }

  async compareArchive(after: number): Promise<Answer<wire.ArchiveReport>> {
    return this.#home.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): Promise<Answer<null>> {
    return this.#home.serve((channel) => {
      channel.archiving.beginAgain();
      return null;
    });
  }

  async markRead(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#home.ask(caller, (channel) => markRead(channel, caller.user, seq, null));
  }

  async markUnread(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#home.ask(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): Promise<Answer<wire.InboxRow>> {
    const channel = this.#home.find();
    if (!channel?.roster.get(user)) return fail(new ChatError("not_found"));
    const row = channel.summaries.rowOf(user);
    channel.fanOut.woke(user, row);
    channel.pushing.woke(user);
    return succeed(row);
  }

  async owed(job: wire.WindowJob): Promise<Answer<Owed>> {
    return this.#home.serve(({ pushing }) => pushing.owed(job));
  }

  async settle(settlement: Settlement): Promise<Answer<null>> {
    return this.#home.serve(({ pushing }) => {
      pushing.settle(settlement);
      return null;
    });
  }

  async restore(at: number): Promise<Answer<null>> {
    if (!this.#home.find()) return fail(new ChatError("not_found"));
    this.#home.isParting = true;
    const answer = await goBack(this.ctx, at);
    this.#home.isParting = answer.ok;
    return answer;
  }

  override fetch(request: Request): Response {
    return upgrade(this.#home.find(), this.#sockets, readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const channel = this.#home.find("frame");
    const heard = channel && this.#sockets.heard(socket, frame);
    if (heard) await receive(channel, heard.attached, heard.text);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    leave(this.#home.find("close"), this.#sockets, socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Finishes what a crash or a pause left undone. */
  override alarm(): Promise<void> {
    return ring(this.ctx.storage, "channel.alarm", async () => this.#home.find()?.ring());
  }
}
