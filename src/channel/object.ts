// The shell of a channel's object: finds the channel, hands over, answers. Rules are in `domain/`, the turn in `turn.ts`.
import { DurableObject } from "cloudflare:workers";
import type { ArchivePort } from "../domain/archive";
import { type Answer, ChatError, fail, succeed } from "../domain/error";
import type { ClaimedNotifications, DeliveryReport } from "../domain/notification-ports";
import type {
  Batch,
  Caller,
  ChannelPort,
  ChannelState,
  IdentifiedCommand,
  PollAnswer,
  PollRequest,
  Version,
} from "../domain/ports";
import type { Roster } from "../domain/roster";
import * as wire from "../protocol";
import { ring } from "../runtime/answer";
import { readOpener } from "../runtime/identity";
import { readRates } from "../runtime/rates";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { ChannelLoader } from "./channel-loader";
import { authorsOf, countMessages, readMessagesBy } from "./log/history";
import { type ChannelSocketState, channelSocketState } from "./members/socket-state";
import { appendCommand } from "./operations/append";
import { compareArchive } from "./operations/archive-comparison";
import { dispatchCommands, dispatchFrame } from "./operations/dispatcher";
import { eraseMessagesBy } from "./operations/erasure";
import { leave } from "./operations/leave";
import { poll } from "./operations/poll";
import { markRead, markUnread } from "./operations/read-marks";
import { restoreToTime } from "./operations/restore";
import { updateRoster } from "./operations/roster-update";
import { upgrade } from "./operations/socket-lifecycle";
import {
  visibleMessage,
  visibleMessagesAt,
  visiblePage,
  visiblePins,
  visibleVersions,
} from "./operations/visible-history";

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

  async applyRoster(roster: Roster): Promise<Answer<number>> {
    const channel = this.#loader.findOrCreate(roster);
    return await channel.turn.enqueueWrite(0, (reply) => updateRoster(channel, roster, (held) => reply(succeed(held))));
  }

  async append(caller: Caller, named: IdentifiedCommand): Promise<Answer<wire.Appended>> {
    const channel = this.#loader.find();
    if (!channel) return fail(new ChatError("not_found"));
    const bytes = "text" in named.command ? named.command.text.length : 0;
    return await channel.turn.enqueueWrite(bytes, (reply) =>
      appendCommand(channel, () => channel.roster.admit(caller), named, reply),
    );
  }

  async runCommands(caller: Caller, commands: unknown[]): Promise<Answer<wire.ServerFrame[]>> {
    return this.#loader.answer(caller, (channel) => dispatchCommands(channel, caller, commands));
  }

  async poll(caller: Caller, asked: PollRequest<wire.ChannelPoll>): Promise<Answer<PollAnswer | null>> {
    return this.#loader.answer(caller, (channel) => poll(channel, caller, asked));
  }

  async page(caller: Caller, query: wire.PageQuery): Promise<Answer<wire.Page>> {
    return this.#loader.ask(caller, (channel) => visiblePage(channel, caller.user, query));
  }

  async message(caller: Caller, seq: number): Promise<Answer<wire.Message>> {
    return this.#loader.ask(caller, (channel) => visibleMessage(channel, caller.user, seq));
  }

  async versions(caller: Caller, seq: number): Promise<Answer<Version[]>> {
    return this.#loader.ask(caller, (channel) => visibleVersions(channel, caller.user, seq));
  }

  async pins(caller: Caller): Promise<Answer<wire.Message[]>> {
    return this.#loader.ask(caller, (channel) => visiblePins(channel, caller.user));
  }

  async messagesAt(caller: Caller, seqs: number[]): Promise<Answer<wire.Message[]>> {
    return this.#loader.ask(caller, (channel) => visibleMessagesAt(channel, caller.user, seqs));
  }

  async messagesBy(user: string, after: number): Promise<Answer<Batch<wire.Message>>> {
    return this.#loader.serve((channel) => readMessagesBy(channel.sql, channel.log.head, user, after));
  }

  async erase(user: string, after: number): Promise<Answer<number | null>> {
    const channel = this.#loader.find();
    if (!channel) return succeed(null);
    return await channel.turn.enqueueWrite(0, (reply) => eraseMessagesBy(channel, user, after, reply));
  }

  async authors(): Promise<Answer<string[]>> {
    return this.#loader.serve(({ sql }) => authorsOf(sql));
  }

  async state(): Promise<Answer<ChannelState>> {
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

  async compareArchive(after: number): Promise<Answer<wire.ArchiveReport>> {
    return this.#loader.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): Promise<Answer<null>> {
    return this.#loader.serve((channel) => {
      channel.archiver.rebuild();
      return null;
    });
  }

  async markRead(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#loader.ask(caller, (channel) => markRead(channel, caller.user, seq, null));
  }

  async markUnread(caller: Caller, seq: number): Promise<Answer<number>> {
    return this.#loader.ask(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): Promise<Answer<wire.InboxRow>> {
    const channel = this.#loader.find();
    if (!channel?.roster.get(user)) return fail(new ChatError("not_found"));
    const row = channel.inboxRows.rowOf(user);
    channel.fanOut.onWake(user, row);
    channel.notifications.onWake(user);
    return succeed(row);
  }

  async claimNotifications(job: wire.WindowJob): Promise<Answer<ClaimedNotifications>> {
    return this.#loader.serve(({ notifications }) => notifications.claim(job));
  }

  async reportDeliveries(report: DeliveryReport): Promise<Answer<null>> {
    return this.#loader.serve(({ notifications }) => {
      notifications.report(report);
      return null;
    });
  }

  async restore(at: number): Promise<Answer<null>> {
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
    return ring(this.ctx.storage, "channel.alarm", async () => this.#loader.find()?.ring());
  }
}
