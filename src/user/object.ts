// The Durable Object class of a user. Passes requests, frames and alarms to other functions.
import { DurableObject } from "cloudflare:workers";
import type { RpcResult } from "../domain/error";
import type * as ports from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import * as wire from "../protocol";
import { readOpener } from "../runtime/identity";
import { runAlarm, toRpcResult } from "../runtime/rpc-result";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { answerFrame } from "./commands";
import { broadcastToDevices, deliverRow, saveSetting } from "./delivery";
import { pollInbox } from "./inbox-poll";
import { retryDirtyChannels, wakeDirtyChannels } from "./inbox-sync";
import { type UserSocketState, userSocketState } from "./socket-state";
import { upgrade } from "./upgrade";
import { loadUser, type UserParts } from "./user";

/** The close code of a client that disconnects on purpose. */
const NORMAL_CLOSURE = 1000;

export class UserObjectBase extends DurableObject<Env> implements ports.UserPort {
  readonly #sockets: SocketIndex<UserSocketState>;
  #loaded: UserParts | null = null;
  /** Whether the close in progress is intended. Any other close starts the grace period. */
  #isCloseIntended = false;

  constructor(
    ctx: DurableObjectState,
    env: Env,
    private readonly people: ports.PeoplePort,
  ) {
    super(ctx, env);
    this.#sockets = new SocketIndex(ctx, userSocketState);
  }

  async deliver(row: wire.InboxRow, viewingDevices: string[] = []): Promise<ports.DeliveryResult> {
    return deliverRow(this.#parts(), row, viewingDevices);
  }

  async saveSetting(setting: ports.Setting): Promise<RpcResult<null>> {
    return toRpcResult("user.save-setting", () => {
      const parts = this.#parts();
      // Requests have a bucket of their own, so that strangers do not use up the person's rate.
      parts.queryBuckets.take(setting.kind === "requests" ? "requests" : "settings", parts.now());
      saveSetting(parts, setting);
      return null;
    });
  }

  async wakeDirtyChannels(user: string): Promise<void> {
    await wakeDirtyChannels(this.#parts(), user);
  }

  async storedData(after: number): Promise<ports.StoredUserData & { after: number | null }> {
    return this.#parts().inbox.storedData(after);
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
    saveSetting(parts, { kind: "presence", presence: mode });
  }

  async poll(
    caller: ports.Caller,
    request: ports.PollRequest<wire.InboxPoll>,
  ): Promise<RpcResult<ports.PollAnswer | null>> {
    return toRpcResult("user.poll", () => pollInbox(this.#parts(), caller, request));
  }

  async endSessions(tokensFrom: number, sessions: string[]): Promise<void> {
    const { tokenCutoff, heldPolls } = this.#parts();
    tokenCutoff.raise(tokensFrom);
    this.#withCloseIntent(() => this.#sockets.closeSessions(sessions), true);
    // Ends every held poll. The poll then checks its token and is refused if the token is too old.
    heldPolls.answerAll({ type: "inbox", rows: [], more: false });
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
    if (device) this.#sockets.send(device, wire.encodeFrame(answer), Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    const { presence } = this.#parts();
    const device = this.#sockets.get(socket);
    // Not in the index: it closed while the object hibernated, or the object closed it.
    const state = device ? null : this.#sockets.stateOf(socket);
    this.#withCloseIntent(() => {
      if (device) this.#sockets.remove(device);
      else if (state) presence.deviceLeft(state.user, this.#isCloseIntended);
    }, code === NORMAL_CLOSURE);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  override alarm(): Promise<void> {
    return runAlarm(this.ctx.storage, "user.alarm", async () => {
      const parts = this.#parts();
      parts.alarm.fired();
      await Promise.all([retryDirtyChannels(parts), parts.presence.onAlarm()]);
    });
  }

  #withCloseIntent(close: () => void, isIntended: boolean): void {
    this.#isCloseIntended = isIntended;
    close();
    this.#isCloseIntended = false;
  }

  #parts(): UserParts {
    if (this.#loaded) return this.#loaded;
    const parts = loadUser({ ctx: this.ctx, env: this.env, people: this.people, sockets: this.#sockets });
    this.#sockets.onClosing = ({ user }) => parts.presence.deviceLeft(user, this.#isCloseIntended);
    this.#loaded = parts;
    return parts;
  }
}
