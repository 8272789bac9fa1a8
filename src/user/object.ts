// The Durable Object class of a user. Passes requests, frames and alarms to other functions.
import { DurableObject } from "cloudflare:workers";
import type { DeliveredRow } from "../domain/block";
import type { RpcResult } from "../domain/error";
import type { StoredUserData } from "../domain/personal-data";
import type * as ports from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import * as wire from "../protocol";
import { answerTokenQuestion, readOpener, readTokenQuestion } from "../runtime/identity";
import { migrate } from "../runtime/migrate";
import { runAlarm, toRpcResult } from "../runtime/rpc-result";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { answerCommand, decodeFrame } from "./commands";
import { deliverRow, removeChannel, settleRow } from "./delivery";
import { endSessions, releaseDevice } from "./device-close";
import { pollInbox } from "./inbox-poll";
import { movedChannels } from "./moved-channels";
import { migrations } from "./schema";
import { changeSetting, hideBlocked, setPresenceMode } from "./setting-changes";
import { type UserSocketState, userSocketState } from "./socket-state";
import { TokenCutoff } from "./token-cutoff";
import { upgrade } from "./upgrade";
import { loadUser, type UserParts } from "./user";

export class UserObjectBase extends DurableObject<Env> implements ports.UserPort {
  readonly #sockets: SocketIndex<UserSocketState>;
  #cutoff: TokenCutoff | null = null;
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

  async deliver(row: DeliveredRow, viewing: string[] = [], isSettled = false): Promise<ports.DeliveryResult> {
    return isSettled ? settleRow(this.#parts(), row) : deliverRow(this.#parts(), row, viewing);
  }

  async saveSetting(user: string, setting: ports.Setting): Promise<RpcResult<null>> {
    const parts = this.#parts();
    const change = () => changeSetting(parts, user, setting).finally(() => hideBlocked(parts, user, setting));
    return toRpcResult("user.save-setting", change);
  }

  async wakeDirtyChannels(user: string): Promise<void> {
    await this.#parts().sync.wakeDirtyChannels(user);
  }

  async movedChannels(user: string): Promise<string[]> {
    return movedChannels(this.#parts(), user);
  }

  async storedData(after: number): Promise<StoredUserData & { after: number | null }> {
    const { inbox, presence } = this.#parts();
    return { ...inbox.stored.storedData(after), lastSeenAt: presence.lastSeenAt };
  }

  async erase(): Promise<void> {
    const { inbox, presence } = this.#parts();
    inbox.clear();
    presence.clear();
  }

  async removeChannel(channel: string, user: string): Promise<void> {
    await removeChannel(this.#parts(), channel, user);
  }

  async showProfile(profile: wire.Profile): Promise<void> {
    this.#parts().devices.broadcast({ profiles: [profile] });
  }

  async watchPresence(user: string, watcher: string): Promise<PresenceUpdate> {
    return this.#parts().presence.watch(user, watcher);
  }

  async receivePresence(update: PresenceUpdate): Promise<boolean> {
    return this.#parts().watches.receive(update);
  }

  async setPresenceMode(user: string, mode: wire.PresenceMode): Promise<void> {
    setPresenceMode(this.#parts(), user, mode);
  }

  async poll(caller: ports.Caller, request: ports.PollRequest<wire.InboxPoll>): ports.PolledFrames {
    return toRpcResult("user.poll", () => pollInbox(this.#parts(), caller, request));
  }

  async endSessions(ended: ports.EndedSessions): Promise<void> {
    endSessions(this.#parts(), ended);
  }

  async deliverLater(user: string, at: number): Promise<void> {
    this.#parts().deliveries.schedule(user, at);
  }

  override fetch(request: Request): Response {
    const issuedAt = readTokenQuestion(request);
    // Loads nothing else: after a restart the sockets of all channels ask every user object.
    if (issuedAt !== null) return answerTokenQuestion(!this.#tokenCutoff().refuses({ issuedAt }));
    return upgrade(this.#parts(), readOpener(request));
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const received = this.#sockets.readFrame(socket, frame);
    if (!received) return;
    const parts = this.#parts();
    const command = decodeFrame(parts, received.connected, received.text);
    if (!command) return;
    const answer = await answerCommand(parts, received.connected, command);
    // The socket may have closed while the command ran.
    const device = this.#sockets.get(socket);
    if (device) this.#sockets.send(device, wire.encodeFrame(answer), Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    releaseDevice(this.#parts(), socket, code);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "user.alarm", () => this.#parts().alarm.fire());
  }

  #tokenCutoff(): TokenCutoff {
    if (this.#cutoff) return this.#cutoff;
    migrate(this.ctx.storage, migrations);
    this.#cutoff = new TokenCutoff(this.ctx.storage.sql);
    return this.#cutoff;
  }

  #parts(): UserParts {
    if (this.#loaded) return this.#loaded;
    const tokenCutoff = this.#tokenCutoff();
    const { ctx, env, people, directory } = this;
    this.#loaded = loadUser({ ctx, env, people, directory, sockets: this.#sockets, tokenCutoff });
    return this.#loaded;
  }
}
