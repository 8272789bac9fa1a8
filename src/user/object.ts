// The shell of a user's object: one socket per device, the inbox, and the end of sessions.
import { DurableObject } from "cloudflare:workers";
import { type Answer, ChatError, errorFrame, fail } from "../domain/error";
import type {
  Caller,
  DeliveryResult,
  PeoplePort,
  PollAnswer,
  PollRequest,
  Setting,
  StoredUserData,
  UserPort,
} from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import * as wire from "../protocol";
import { answerOf, ring } from "../runtime/answer";
import { helloFrame } from "../runtime/hello";
import { readOpener } from "../runtime/identity";
import { readRates } from "../runtime/rates";
import { answerClose, refusal, SocketIndex, upgraded } from "../runtime/sockets";
import { perform } from "./commands";
import { deliver } from "./delivery";
import { broadcastToDevices } from "./device-broadcast";
import { settingsUpdateOf } from "./inbox";
import { poll } from "./inbox-poll";
import { askAgain, askDirty } from "./inbox-sync";
import { type UserSocketState, userSocketState } from "./socket-state";
import type { UserParts } from "./user";
import { loadUser } from "./user-parts";

/** The close code of a client that means to go. */
const MEANT = 1000;

/** What it may ask the directory is given by whoever puts the Worker together. */
export class UserShell extends DurableObject<Env> implements UserPort {
  readonly #sockets: SocketIndex<UserSocketState>;
  #user: UserParts | null = null;
  /** Sockets that go now go with a word: nobody waits for them. */
  #isParting = false;

  constructor(
    ctx: DurableObjectState,
    env: Env,
    private readonly people: PeoplePort,
  ) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(wire.PING, wire.PONG));
    this.#sockets = new SocketIndex(ctx, userSocketState);
  }

  async deliver(row: wire.InboxRow, here: string[] = []): Promise<DeliveryResult> {
    return deliver(this.#open(), row, here);
  }

  async saveSetting(setting: Setting): Promise<Answer<null>> {
    return answerOf("user.keep", () => {
      const me = this.#open();
      me.asks.take("settings", me.now());
      this.#keep(setting);
      return null;
    });
  }

  #keep(setting: Setting): void {
    const me = this.#open();
    me.inbox.settings.put(setting);
    broadcastToDevices(me, settingsUpdateOf([setting]));
  }

  async askDirtyChannels(user: string): Promise<void> {
    await askDirty(this.#open(), user);
  }

  async storedData(from: number): Promise<StoredUserData & { after: number | null }> {
    const changes = this.#open().inbox.changes(from, wire.limits.pageMax);
    const { rows, drafts = [], mutes = [], levels = [], version, more } = changes;
    return { rows, drafts, mutes, levels, after: more ? version : null };
  }

  async erase(): Promise<void> {
    const me = this.#open();
    me.inbox.clear();
    me.presence.clear();
  }

  async drop(channel: string, user: string): Promise<void> {
    const me = this.#open();
    me.inbox.remove(channel);
    broadcastToDevices(me, { gone: [channel] });
    await Promise.all([me.presence.review(), me.watching.review(user)]);
  }

  async watchPresence(user: string, watcher: string): Promise<PresenceUpdate> {
    return this.#open().presence.watch(user, watcher);
  }

  async hearPresence(note: PresenceUpdate): Promise<boolean> {
    return this.#open().watching.receive(note);
  }

  async setPresenceMode(user: string, mode: wire.PresenceMode): Promise<void> {
    this.#open().presence.setMode(user, mode);
    this.#keep({ kind: "presence", presence: mode });
  }

  async poll(caller: Caller, asked: PollRequest<wire.InboxPoll>): Promise<Answer<PollAnswer | null>> {
    return answerOf("user.poll", () => poll(this.#open(), caller, asked));
  }

  async endSessions(tokensFrom: number, sessions: string[]): Promise<void> {
    const me = this.#open();
    me.tokens.raise(tokensFrom);
    this.#part(() => this.#sockets.closeSessions(sessions));
    // Whoever is held asks again, and learns it.
    me.pollers.call({ type: "inbox", rows: [], more: false });
  }

  override fetch(request: Request): Response {
    const { user, session, issuedAt, device } = readOpener(request);
    const me = this.#open();
    if (issuedAt <= me.tokens.from) return refusal(wire.closeCodes.tokenStale);
    if (this.#sockets.isDrowning(user)) return refusal(wire.closeCodes.tooSlow);
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    const at = me.now();
    const connected = this.#sockets.accept(server, {
      user,
      session,
      issuedAt,
      device,
      connectedAt: at,
      active: true,
      watching: [],
    });
    me.presence.heardOf(user);
    this.#send(connected.socket, helloFrame(user, me.asks.rate, at));
    return upgraded(client);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const received = this.#sockets.readFrame(socket, frame);
    if (!received) return;
    const decoded = wire.decodeUserCommand(received.text);
    if (!decoded.ok) {
      this.#send(socket, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
      return;
    }
    const me = this.#open();
    const answer = await answerOf("user.command", () => perform(me, received.connected, decoded.value));
    this.#send(socket, answer.ok ? answer.value : errorFrame(answer, decoded.value.id));
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    const me = this.#open();
    const device = this.#sockets.get(socket);
    // It closed while the object slept, so it is in no index.
    const left = device ? null : this.#sockets.stateOf(socket);
    this.#part(() => {
      if (device) this.#sockets.leave(device);
      else if (left) me.presence.left(left.user, this.#isParting);
    }, code === MEANT);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Does what is due: asks the channels that could not be asked before, and looks who is still there. */
  override alarm(): Promise<void> {
    return ring(this.ctx.storage, "user.alarm", async () => {
      const me = this.#open();
      me.alarm.rang();
      await Promise.all([askAgain(me), me.presence.ring()]);
    });
  }

  #part(leave: () => void, isParting = true): void {
    this.#isParting = isParting;
    leave();
    this.#isParting = false;
  }

  #send(socket: WebSocket, frame: wire.ServerFrame): void {
    const device = this.#sockets.get(socket);
    if (device) this.#sockets.send(device, wire.encodeFrame(frame), Date.now());
  }

  #open(): UserParts {
    if (this.#user) return this.#user;
    const { ctx, env } = this;
    const me = loadUser({
      ctx,
      sockets: this.#sockets,
      rates: readRates(env.RATES),
      people: this.people,
      channelObject: (channel) => env.CHANNELS.getByName(channel),
      userObject: (user) => env.USERS.getByName(user),
    });
    this.#sockets.onLeaving = ({ user }) => me.presence.left(user, this.#isParting);
    this.#user = me;
    return me;
  }
}
