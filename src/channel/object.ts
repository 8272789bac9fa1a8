// The Durable Object class of a channel. It passes each request to a function of `operations/`.
import { DurableObject } from "cloudflare:workers";
import type { ArchivePort } from "../domain/archive";
import type { RpcResult } from "../domain/error";
import type { ClaimedNotifications, DeliveryReport } from "../domain/notification-ports";
import type * as ports from "../domain/ports";
import type { Roster } from "../domain/roster";
import type * as wire from "../protocol";
import { readOpener } from "../runtime/identity";
import { runAlarm } from "../runtime/rpc-result";
import { answerClose } from "../runtime/sockets";
import { ChannelLoader } from "./channel-loader";
import { authorsOf, readMessagesBy } from "./log/history";
import { appendRequest } from "./operations/append";
import { channelState, compareArchive } from "./operations/archive-status";
import { dispatchCommands, dispatchFrame } from "./operations/dispatcher";
import { eraseBatch } from "./operations/erasure";
import * as history from "./operations/history-queries";
import { poll } from "./operations/poll";
import { markRead, markUnread } from "./operations/read-marks";
import { applyRoster } from "./operations/roster-update";
import { openSocket, releaseSocket } from "./operations/socket-lifecycle";
import { wakeMember } from "./operations/wake";

export class ChannelObjectBase extends DurableObject<Env> implements ports.ChannelPort {
  readonly #loader: ChannelLoader;

  constructor(ctx: DurableObjectState, env: Env, archive: () => ArchivePort) {
    super(ctx, env);
    this.#loader = new ChannelLoader({
      ctx,
      variables: env,
      archive,
      userObject: (user) => env.USERS.getByName(user),
      pushQueue: { send: async (job) => void (await env.PUSH.send(job)) },
    });
  }

  async applyRoster(roster: Roster): Promise<RpcResult<number>> {
    return await applyRoster(this.#loader.findOrCreate(roster), roster);
  }

  async append(caller: ports.Caller, identified: ports.IdentifiedCommand): Promise<RpcResult<wire.Appended>> {
    return await appendRequest(this.#loader.find(), caller, identified);
  }

  async runCommands(caller: ports.Caller, commands: unknown[]): Promise<RpcResult<wire.ServerFrame[]>> {
    return this.#loader.serveMember(caller, (channel) => dispatchCommands(channel, caller, commands));
  }

  async poll(caller: ports.Caller, request: ports.PollRequest<wire.ChannelPoll>): Promise<ports.HeldPollResult> {
    return this.#loader.serveMember(caller, (channel) => poll(channel, caller, request));
  }

  async page(caller: ports.Caller, query: wire.PageQuery): Promise<RpcResult<wire.Page>> {
    return this.#loader.query(caller, (channel) => history.visiblePage(channel, caller.user, query));
  }

  async message(caller: ports.Caller, seq: number): Promise<RpcResult<wire.Message>> {
    return this.#loader.query(caller, (channel) => history.visibleMessage(channel, caller.user, seq));
  }

  async versions(caller: ports.Caller, seq: number): Promise<RpcResult<ports.MessageVersion[]>> {
    return this.#loader.query(caller, (channel) => history.visibleVersions(channel, caller.user, seq));
  }

  async pins(caller: ports.Caller): Promise<RpcResult<wire.Message[]>> {
    return this.#loader.query(caller, (channel) => history.visiblePins(channel, caller.user));
  }

  async messagesAt(caller: ports.Caller, seqs: number[]): Promise<RpcResult<wire.Message[]>> {
    return this.#loader.query(caller, (channel) => history.visibleMessagesAt(channel, caller.user, seqs));
  }

  async messagesBy(user: string, after: number): Promise<RpcResult<ports.Batch<wire.Message>>> {
    return this.#loader.serve(({ sql, log }) => readMessagesBy(sql, log.head, user, after));
  }

  async erase(user: string, after: number): Promise<RpcResult<number | null>> {
    return await eraseBatch(this.#loader.find(), user, after);
  }

  async preview(): Promise<RpcResult<wire.Preview | null>> {
    return this.#loader.serve(({ inboxRows }) => inboxRows.preview());
  }

  async authors(): Promise<RpcResult<string[]>> {
    return this.#loader.serve(({ sql }) => authorsOf(sql));
  }

  async state(): Promise<RpcResult<ports.ChannelState>> {
    return this.#loader.serve(channelState);
  }

  async compareArchive(after: number): Promise<RpcResult<wire.ArchiveReport>> {
    return this.#loader.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): Promise<RpcResult<null>> {
    return this.#loader.serveVoid(({ archiver }) => archiver.rebuild());
  }

  async markRead(caller: ports.Caller, seq: number): Promise<RpcResult<number>> {
    return this.#loader.query(caller, (channel) => markRead(channel, caller.user, seq, null));
  }

  async markUnread(caller: ports.Caller, seq: number): Promise<RpcResult<number>> {
    return this.#loader.query(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): Promise<RpcResult<wire.InboxRow>> {
    return wakeMember(this.#loader.find(), user);
  }

  async claimNotifications(job: wire.WindowJob): Promise<RpcResult<ClaimedNotifications>> {
    return this.#loader.serve(({ notifications }) => notifications.claim(job));
  }

  async reportDeliveries(report: DeliveryReport): Promise<RpcResult<null>> {
    return this.#loader.serveVoid(({ notifications }) => notifications.report(report));
  }

  async restore(at: number): Promise<RpcResult<null>> {
    return this.#loader.restore(at);
  }

  override fetch(request: Request): Response {
    return openSocket(this.#loader.find(), this.#loader.sockets, readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const channel = this.#loader.find("frame");
    const received = channel && this.#loader.sockets.readFrame(socket, frame);
    if (received) await dispatchFrame(channel, received.connected, received.text);
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    releaseSocket(this.#loader.find("close"), this.#loader.sockets, socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "channel.alarm", async () => this.#loader.find()?.onAlarm());
  }
}
