// The shell of a user's object: one socket per device, the inbox, and the end of sessions.
import { DurableObject } from "cloudflare:workers";
import { type Answer, ChatError, errorFrame, fail } from "../domain/error";
import type { Caller, Kept, Poll, Polled, UserPort } from "../domain/ports";
import * as wire from "../protocol";
import { answerOf, ring } from "../runtime/answering";
import { Buckets } from "../runtime/buckets";
import { helloFrame } from "../runtime/hello";
import { readOpener } from "../runtime/identity";
import { migrate } from "../runtime/migrate";
import { readRates } from "../runtime/rates";
import { answerClose, refusal, SocketIndex, upgraded } from "../runtime/sockets";
import { WaitingRoom } from "../runtime/waiting-room";
import { type Attachment, attachment } from "./attachment";
import { deliver } from "./deliver";
import { Inbox } from "./inbox";
import { poll } from "./polling";
import { migrations } from "./schema";
import { askAgain, sync } from "./sync";
import { tellDevices } from "./telling";
import { TokenTime } from "./token-time";
import type { User } from "./user";

export class UserObject extends DurableObject<Env> implements UserPort {
  readonly #sockets: SocketIndex<Attachment>;
  #user: User | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(wire.PING, wire.PONG));
    this.#sockets = new SocketIndex(ctx, attachment);
  }

  async deliver(row: wire.InboxRow, here: string[] = []): Promise<"awake" | "level" | "held" | "asleep"> {
    return deliver(this.#open(), row, here);
  }

  async putDraft(draft: wire.Draft): Promise<Answer<null>> {
    return answerOf("user.draft", () => {
      const me = this.#open();
      me.inbox.settings.putDraft(draft);
      tellDevices(me, { drafts: [draft] });
      return null;
    });
  }

  async putMute(mute: wire.Mute): Promise<Answer<null>> {
    return answerOf("user.mute", () => {
      const me = this.#open();
      me.inbox.settings.putMute(mute);
      tellDevices(me, { mutes: [mute] });
      return null;
    });
  }

  async kept(): Promise<Kept> {
    return this.#open().inbox.all();
  }

  async erase(): Promise<void> {
    this.#open().inbox.clear();
  }

  async drop(channel: string): Promise<void> {
    const me = this.#open();
    me.inbox.remove(channel);
    tellDevices(me, { gone: [channel] });
  }

  async poll(caller: Caller, asked: Poll<wire.InboxPoll>): Promise<Answer<Polled | null>> {
    return answerOf("user.poll", () => poll(this.#open(), caller, asked));
  }

  async endSessions(tokensFrom: number, sessions: string[]): Promise<void> {
    const me = this.#open();
    me.tokens.raise(tokensFrom);
    this.#sockets.closeSessions(sessions);
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
    const attached = this.#sockets.accept(server, { user, session, issuedAt, device, connectedAt: at });
    this.#send(attached.socket, helloFrame(user, me.asks.rate, at));
    return upgraded(client);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const heard = this.#sockets.heard(socket, frame);
    if (!heard) return;
    const decoded = wire.decodeUserCommand(heard.text);
    if (!decoded.ok) {
      this.#send(socket, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
      return;
    }
    const me = this.#open();
    const { user } = heard.attached.attachment;
    const answer = await answerOf("user.command", () => {
      me.asks.take(user, me.now());
      return sync(me, user, decoded.value);
    });
    this.#send(socket, answer.ok ? answer.value : errorFrame(answer, decoded.value.id));
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    const device = this.#sockets.get(socket);
    if (device) this.#sockets.leave(device);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Asks the channels that could not be asked before. */
  override alarm(): Promise<void> {
    return ring(this.ctx.storage, "user.alarm", () => askAgain(this.#open()));
  }

  #send(socket: WebSocket, frame: wire.ServerFrame): void {
    const device = this.#sockets.get(socket);
    if (device) this.#sockets.send(device, wire.encodeFrame(frame), Date.now());
  }

  #open(): User {
    if (this.#user) return this.#user;
    const { sql } = this.ctx.storage;
    migrate(this.ctx.storage, migrations);
    const user: User = {
      inbox: new Inbox(sql),
      tokens: new TokenTime(sql),
      sockets: this.#sockets,
      pollers: new WaitingRoom(wire.limits.socketsPerUser),
      heard: new Map(),
      asking: new Map(),
      ringAt: (at) => void this.ctx.storage.setAlarm(at),
      asks: new Buckets(readRates(this.env.RATES).ask),
      channelObject: (channel) => this.env.CHANNELS.getByName(channel),
      now: () => Date.now(),
    };
    this.#user = user;
    return user;
  }
}
