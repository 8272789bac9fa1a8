// The Durable Object class of a user. Passes requests, frames and alarms to other functions.
import { DurableObject } from "cloudflare:workers";
import type { RpcResult } from "../domain/error";
import type { StoredUserData } from "../domain/personal-data";
import type * as ports from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import * as wire from "../protocol";
import { readOpener } from "../runtime/identity";
import { runAlarm, toRpcResult } from "../runtime/rpc-result";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { answerFrame } from "./commands";
import { broadcastToDevices, changeSetting, deliverRow, saveSetting } from "./delivery";
import { endSessions, releaseDevice } from "./device-close";
import { pollInbox } from "./inbox-poll";
import { retryDirtyChannels, wakeDirtyChannels } from "./inbox-sync";
import { type UserSocketState, userSocketState } from "./socket-state";
import { upgrade } from "./upgrade";
import { loadUser, type UserParts } from "./user";

export class UserObjectBase extends DurableObject<Env> implements ports.UserPort {
  readonly #sockets: SocketIndex<UserSocketState>;
  #loaded: UserParts | null = null;

  constructor(
    ctx: DurableObjectState,
    env: Env,
    private readonly people: ports.PeoplePort,
    private readonly directory: ports.DeliveryPort,
  ) {
    super(ctx, env);
    this.#sockets = new SocketIndex(ctx, userSocketState);
  }

  async deliver(row: wire.InboxRow, viewingDevices: string[] = []): Promise<ports.DeliveryResult> {
    return deliverRow(this.#parts(), row, viewingDevices);
  }

  async saveSetting(user: string, setting: ports.Setting): Promise<RpcResult<null>> {
    return toRpcResult("user.save-setting", () => changeSetting(this.#parts(), user, setting));
  }

  async wakeDirtyChannels(user: string): Promise<void> {
    await wakeDirtyChannels(this.#parts(), user);
  }

  async storedData(after: number): Promise<StoredUserData & { after: number | null }> {
    return { ...this.#parts().inbox.storedData(after), lastSeenAt: this.#parts().presence.lastSeenAt };
  }

  async erase(): Promise<void> {
    const { inbox, presence } = this.#parts();
    inbox.clear();
    presence.clear();
  }

  async removeChannel(channel: string, user: string): Promise<void> {
    const parts = this.#parts();
    parts.inbox.remove(channel);
    parts.newestRows.delete(channel);
    broadcastToDevices(parts, { gone: [channel] });
    await Promise.all([parts.presence.pruneWatchers(), parts.watches.pruneWatched(user)]);
  }

  async watchPresence(user: string, watcher: string): Promise<PresenceUpdate> {
    return this.#parts().presence.watch(user, watcher);
  }

  async receivePresence(update: PresenceUpdate): Promise<boolean> {
    return this.#parts().watches.receive(update);
  }

  async setPresenceMode(user: string, mode: wire.PresenceMode): Promise<void> {
    const parts = this.#parts();
    parts.presence.setMode(user, mode);
    saveSetting(parts, user, { kind: "presence", presence: mode });
  }

  async poll(caller: ports.Caller, request: ports.PollRequest<wire.InboxPoll>): ports.PolledFrames {
    return toRpcResult("user.poll", () => pollInbox(this.#parts(), caller, request));
  }

  async endSessions(ended: ports.EndedSessions): Promise<void> {
    endSessions(this.#parts(), ended);
  }

  async acceptsTokenOf(issuedAt: number): Promise<boolean> {
    return !this.#parts().tokenCutoff.refuses({ issuedAt });
  }

  async deliverLater(user: string, at: number): Promise<void> {
    this.#parts().deliveries.schedule(user, at);
  }

  override fetch(request: Request): Response {
    return upgrade(this.#parts(), readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const received = this.#sockets.readFrame(socket, frame);
    if (!received) return;
    const answer = await answerFrame(this.#parts(), received.connected, received.text);
    // The socket may have closed while the command ran.
    const device = this.#sockets.get(socket);
    if (device && answer) this.#sockets.send(device, wire.encodeFrame(answer), Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    releaseDevice(this.#parts(), socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "user.alarm", async () => {
      const parts = this.#parts();
      parts.alarm.fired();
      const { presence, deliveries, settingWriter } = parts;
      await Promise.all([
        retryDirtyChannels(parts),
        ...[presence, deliveries, settingWriter].map((part) => part.onAlarm()),
      ]);
    });
  }

  #parts(): UserParts {
    const { ctx, env, people, directory } = this;
    this.#loaded ??= loadUser({ ctx, env, people, directory, sockets: this.#sockets });
    return this.#loaded;
  }
}
