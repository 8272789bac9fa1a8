// The shell of a user's object: one socket per device, the inbox, and the end of sessions.
import { DurableObject } from "cloudflare:workers";
import { type Answer, ChatError, errorFrame, fail, succeed } from "../domain/error";
import type { Caller, Poll, Polled, UserPort } from "../domain/ports";
import * as wire from "../protocol";
import { Buckets } from "../runtime/buckets";
import { helloFrame } from "../runtime/hello";
import { readCaller } from "../runtime/identity";
import { logFault } from "../runtime/log";
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

  async deliver(row: wire.InboxRow): Promise<"awake" | "held" | "asleep"> {
    return deliver(this.#open(), row);
  }

  async drop(channel: string): Promise<void> {
    const me = this.#open();
    me.inbox.remove(channel);
    tellDevices(me, { gone: [channel] });
  }

  async poll(caller: Caller, asked: Poll<wire.InboxPoll>): Promise<Answer<Polled | null>> {
    try {
      return succeed(await poll(this.#open(), caller, asked));
    } catch (error) {
      if (!(error instanceof ChatError)) logFault("user.poll", error);
      return fail(error);
    }
  }

  async endSessions(tokensFrom: number, sessions: string[]): Promise<void> {
    const me = this.#open();
    me.tokens.raise(tokensFrom);
    this.#sockets.closeSessions(sessions);
    // Whoever is held asks again, and learns it.
    me.pollers.call({ type: "inbox", rows: [], more: false });
  }

  override fetch(request: Request): Response {
    const { user, session, issuedAt } = readCaller(request);
    const me = this.#open();
    if (issuedAt <= me.tokens.from) return refusal(wire.closeCodes.tokenStale);
    if (this.#sockets.isDrowning(user)) return refusal(wire.closeCodes.tooSlow);
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    const at = me.now();
    const device = this.#sockets.accept(server, { user, session, issuedAt, connectedAt: at });
    this.#send(device.socket, helloFrame(user, me.asks.rate, at));
    return upgraded(client);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    const device = this.#sockets.get(socket);
    if (!device) return;
    if (typeof frame !== "string" || frame.length > wire.limits.frameBytes) {
      this.#sockets.close(device, wire.closeCodes.unreadable, "text frames of at most 1.5 MiB");
      return;
    }
    const decoded = wire.decodeUserCommand(frame);
    if (!decoded.ok) {
      this.#send(socket, errorFrame(fail(new ChatError(decoded.code, decoded.detail)), decoded.id));
      return;
    }
    const me = this.#open();
    try {
      me.asks.take(device.attachment.user, me.now());
      this.#send(socket, await sync(me, device.attachment.user, decoded.value));
    } catch (error) {
      if (!(error instanceof ChatError)) logFault("user.command", error);
      this.#send(socket, errorFrame(fail(error), decoded.value.id));
    }
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    const device = this.#sockets.get(socket);
    if (device) this.#sockets.leave(device);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  /** Asks the channels that could not be asked before. Never throws: an alarm that fails seven times is gone for good. */
  override async alarm(): Promise<void> {
    try {
      await askAgain(this.#open());
    } catch (error) {
      logFault("user.alarm", error);
      await this.ctx.storage.setAlarm(Date.now() + wire.limits.backoffMaxMs);
    }
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
