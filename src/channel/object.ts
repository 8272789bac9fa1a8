// The shell of a channel's object: finds the channel, hands over, answers. Rules are in `domain/`, the turn in `turn.ts`.
import { DurableObject } from "cloudflare:workers";
import type { ArchivePort } from "../domain/archive";
import { ChatError, fail, type RpcResult, succeed } from "../domain/error";
import type { ClaimedNotifications, DeliveryReport } from "../domain/notification-ports";
import type {
  Batch,
  Caller,
  ChannelPort,
  ChannelState,
  IdentifiedCommand,
  MessageVersion,
  PollAnswer,
  PollRequest,
} from "../domain/ports";
import type { Roster } from "../domain/roster";
import * as wire from "../protocol";
import { runAlarm } from "../runtime/answer";
import { readOpener } from "../runtime/identity";
import { readRates } from "../runtime/rates";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { ChannelLoader } from "./channel-loader";
import { authorsOf, countMessages, readMessagesBy } from "./log/history";
import { type ChannelSocketState, channelSocketState } from "./members/socket-state";
import { attemptAppend } from "./operations/append";
import { compareArchive } from "./operations/archive-compare";
import { dispatchCommands, dispatchFrame } from "./operations/dispatcher";
import { attemptErase } from "./operations/erasure";
import { leave } from "./operations/leave";
import { messageFor, messagesAtFor, pageFor, pinsFor, versionsFor } from "./operations/member-history";
import { poll } from "./operations/poll";
import { markRead, markUnread } from "./operations/read-marks";
import { restoreToTime } from "./operations/restore";
import { attemptRoster } from "./operations/roster-apply";
import { upgrade } from "./operations/upgrade";

/** Its archive is given by whoever puts the Worker together. */
export class ChannelShell extends DurableObject<Env> implements ChannelPort {
  readonly #sockets: SocketIndex<ChannelSocketState>;
  readonly #loader: ChannelLoader;

  constructor(ctx: DurableObjectState, env: Env, archive: () => ArchivePort) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(wire.PING, wire.PONG));
    this.#sockets = new SocketIndex(ctx, channelSocketState);
    this.#loader = new ChannelLoader({
      ctx,
      sockets: this.#sockets,
      rates: readRates(env.RATES),
      archive,
      userObject: (user) => env.USERS.getByName(user),
      pushQueue: { send: async (job) => void (await env.PUSH.send(job)) },
    });
    // Before anything else is heard: whoever arms it must know how it is set.
    void ctx.blockConcurrencyWhile(async () => {
      this.#loader.alarmAt = await ctx.storage.getAlarm();
    });
  }

  async applyRoster(roster: Roster): Promise<RpcResult<number>> {
    const channel = this.#loader.findOrMake(roster);
    return await channel.turn.write(0, (reply) => attemptRoster(channel, roster, (held) => reply(succeed(held))));
  }

  async append(caller: Caller, named: IdentifiedCommand): Promise<RpcResult<wire.Appended>> {
    const channel = this.#loader.find();
    if (!channel) return fail(new ChatError("not_found"));
    const bytes = "text" in named.command ? named.command.text.length : 0;
    return await channel.turn.write(bytes, (reply) =>
      attemptAppend(channel, () => channel.roster.admit(caller), named, reply),
    );
  }

  async runCommands(caller: Caller, commands: unknown[]): Promise<RpcResult<wire.ServerFrame[]>> {
    return this.#loader.answer(caller, (channel) => dispatchCommands(channel, caller, commands));
  }

  async poll(caller: Caller, asked: PollRequest<wire.ChannelPoll>): Promise<RpcResult<PollAnswer | null>> {
    return this.#loader.answer(caller, (channel) => poll(channel, caller, asked));
  }

  async page(caller: Caller, query: wire.PageQuery): Promise<RpcResult<wire.Page>> {
    return this.#loader.ask(caller, (channel) => pageFor(channel, caller.user, query));
  }

  async message(caller: Caller, seq: number): Promise<RpcResult<wire.Message>> {
    return this.#loader.ask(caller, (channel) => messageFor(channel, caller.user, seq));
  }

  async versions(caller: Caller, seq: number): Promise<RpcResult<MessageVersion[]>> {
    return this.#loader.ask(caller, (channel) => versionsFor(channel, caller.user, seq));
  }

  async pins(caller: Caller): Promise<RpcResult<wire.Message[]>> {
    return this.#loader.ask(caller, (channel) => pinsFor(channel, caller.user));
  }

  async messagesAt(caller: Caller, seqs: number[]): Promise<RpcResult<wire.Message[]>> {
    return this.#loader.ask(caller, (channel) => messagesAtFor(channel, caller.user, seqs));
  }

  async messagesBy(user: string, after: number): Promise<RpcResult<Batch<wire.Message>>> {
    return this.#loader.serve((channel) => readMessagesBy(channel.sql, channel.log.head, user, after));
  }

  async erase(user: string, after: number): Promise<RpcResult<number | null>> {
    const channel = this.#loader.find();
    if (!channel) return succeed(null);
    return await channel.turn.write(0, (reply) => attemptErase(channel, user, after, reply));
  }

  async authors(): Promise<RpcResult<string[]>> {
    return this.#loader.serve(({ sql }) => authorsOf(sql));
  }

  async state(): Promise<RpcResult<ChannelState>> {
    return this.#loader.serve(async ({ log, checkpoint, usage, archiver, sql }) => {
      // The cursor is saved rarely: an object that has just woken may think that it is behind.
      await archiver.drain();
      return {
        head: log.head,
        messages: countMessages(sql),
        archived: Math.max(0, checkpoint.archived),
        usage: usage.total,
      };
    });
  }

  async compareArchive(after: number): Promise<RpcResult<wire.ArchiveReport>> {
    return this.#loader.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): Promise<RpcResult<null>> {
    return this.#loader.serve((channel) => {
      channel.archiver.rebuild();
      return null;
    });
  }

  async markRead(caller: Caller, seq: number): Promise<RpcResult<number>> {
    return this.#loader.ask(caller, (channel) => markRead(channel, caller.user, seq, null));
  }

  async markUnread(caller: Caller, seq: number): Promise<RpcResult<number>> {
    return this.#loader.ask(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): Promise<RpcResult<wire.InboxRow>> {
    const channel = this.#loader.find();
    if (!channel?.roster.get(user)) return fail(new ChatError("not_found"));
    const row = channel.inboxRows.rowOf(user);
    channel.fanOut.woke(user, row);
    channel.notifications.woke(user);
    return succeed(row);
  }

  async claimNotifications(job: wire.WindowJob): Promise<RpcResult<ClaimedNotifications>> {
    return this.#loader.serve(({ notifications }) => notifications.claim(job));
  }

  async reportDeliveries(report: DeliveryReport): Promise<RpcResult<null>> {
    return this.#loader.serve(({ notifications }) => {
      notifications.report(report);
      return null;
    });
  }

  async restore(at: number): Promise<RpcResult<null>> {
    if (!this.#loader.find()) return fail(new ChatError("not_found"));
    this.#loader.isRestoring = true;
    const answer = await restoreToTime(this.ctx, at);
    this.#loader.isRestoring = answer.ok;
    return answer;
  }

  override fetch(request: Request): Response {
    return upgrade(this.#loader.find(), this.#sockets, readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const channel = this.#loader.find("frame");
    const received = channel && this.#sockets.readFrame(socket, frame);
    if (received) await dispatchFrame(channel, received.connected, received.text);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    leave(this.#loader.find("close"), this.#sockets, socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Finishes what a crash or a pause left undone. */
  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "channel.alarm", async () => this.#loader.find()?.ring());
  }
}
