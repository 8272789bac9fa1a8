// The Durable Object class of a channel. Passes each request to a function, most in `operations/`.
import type * as ports from "../domain/ports";
import type * as wire from "../protocol";
import { readOpener } from "../runtime/identity";
import { runAlarm, toRpcResult } from "../runtime/rpc-result";
import { appendRequest } from "./operations/append";
import { dispatchCommands, dispatchFrame } from "./operations/dispatcher";
import { eraseBatch } from "./operations/erasure";
import * as history from "./operations/history-queries";
import { personalData } from "./operations/personal-data";
import { poll } from "./operations/poll";
import { purge } from "./operations/purge";
import { markRead, markUnread } from "./operations/read-marks";
import { applyRoster } from "./operations/roster-update";
import { endSessions } from "./operations/session-end";
import { closeSocket } from "./operations/socket-lifecycle";
import { searchTail } from "./operations/tail-search";
import { wakeMember } from "./operations/wake";
import { ServiceRequests } from "./service-requests";

export class ChannelObjectBase extends ServiceRequests implements ports.ChannelPort {
  async applyRoster(roster: ports.Roster): ports.Answer<number> {
    return await applyRoster(this.loader.findOrCreate(roster), roster);
  }

  async endSessions(ended: ports.EndedSessions): ports.Answer<boolean> {
    return endSessions(this.loader.find(), ended);
  }

  async append(caller: ports.Caller, identified: ports.IdentifiedCommand): ports.Answer<wire.Appended> {
    return this.loader.serveVisitor(caller.user, (channel) => appendRequest(channel, caller, identified));
  }

  async runCommands(caller: ports.Caller, commands: unknown[]): ports.Answer<wire.ServerFrame[]> {
    return this.loader.serveMember(caller, (channel) => dispatchCommands(channel, caller, commands));
  }

  async poll(caller: ports.Caller, request: ports.PollRequest<wire.ChannelPoll>): ports.PolledFrames {
    return this.loader.serveMember(caller, (channel) => poll(channel, caller, request));
  }

  async page(caller: ports.Caller, query: wire.PageQuery): ports.Answer<wire.Page> {
    return this.loader.query(caller, (channel) => history.visiblePage(channel, caller.user, query));
  }

  async message(caller: ports.Caller, seq: number): ports.Answer<wire.Message> {
    return this.loader.query(caller, (channel) => history.visibleMessage(channel, caller.user, seq));
  }

  async versions(caller: ports.Caller, ...which: history.VersionRange): ports.Answer<ports.VersionBatch> {
    return this.loader.query(caller, (channel) => history.visibleVersions(channel, caller.user, ...which));
  }

  async pins(caller: ports.Caller, ...which: history.PinRange): ports.Answer<ports.PinPage> {
    return this.loader.query(caller, (channel) => history.visiblePins(channel, caller.user, ...which));
  }

  async messagesAt(caller: ports.Caller, seqs: number[]): ports.Answer<ports.Batch<wire.Message>> {
    return this.loader.query(caller, (channel) => history.visibleMessagesAt(channel, caller.user, seqs));
  }

  async searchTail(caller: ports.Caller, query: ports.TailQuery): ports.Answer<ports.TailAnswer> {
    return this.loader.query(caller, (channel) => searchTail(channel, caller.user, query));
  }

  async personalData(user: string, part: ports.PersonalPart, after: number) {
    return this.loader.serve((channel) => personalData(channel, user, part, after));
  }

  async erase(user: string, after: number): ports.Answer<number | null> {
    return await eraseBatch(this.loader.find(), user, after);
  }

  async purge(request: ports.Purge): ports.Answer<number> {
    return await toRpcResult("channel.purge", () => purge(this.loader.find(), request));
  }

  async preview(): ports.Answer<wire.Preview | null> {
    return this.loader.serve(({ inboxRows }) => inboxRows.preview());
  }

  async authors(after: number): ports.Answer<ports.Batch<string>> {
    return this.loader.serve((channel) => history.authorsAfter(channel, after));
  }

  async eraseChannel(): ports.Answer<boolean> {
    return this.loader.eraseChannel();
  }

  async markRead(caller: ports.Caller, seq: number, seen: readonly number[] = []): ports.Answer<number> {
    return this.loader.query(caller, (channel) => markRead(channel, caller.user, { seq, seen }, null));
  }

  async markUnread(caller: ports.Caller, seq: number): ports.Answer<number> {
    return this.loader.query(caller, (channel) => markUnread(channel, caller.user, seq));
  }

  async wake(user: string): ports.Answer<wire.InboxRow> {
    return this.loader.serveVisitor(user, (channel) => wakeMember(channel, user));
  }

  async restore(at: number): ports.Answer<null> {
    return this.loader.restore(at);
  }

  override fetch(request: Request): Response | Promise<Response> {
    return this.loader.openSocket(readOpener(request));
  }

  /** Returns the promise of the turn itself, so that a frame needs no promise of its own. */
  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> | undefined {
    const channel = this.loader.find("frame");
    const received = channel && this.loader.sockets.readFrame(socket, frame);
    return received ? dispatchFrame(channel, received.connected, received.text) : undefined;
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    closeSocket(this.loader.find("close"), this.loader.sockets, { socket, code, reason });
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "channel.alarm", async () => this.loader.find()?.onAlarm());
  }
}
