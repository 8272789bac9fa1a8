// The Durable Object class of a guild. Passes reports, requests and frames to its parts. It sets no
// alarm: without reports and requests it hibernates.
import { DurableObject } from "cloudflare:workers";
import type * as heads from "../domain/channel-heads";
import { tokensOfFrame } from "../domain/command-costs";
import { ChatError, errorFrame, fail } from "../domain/error";
import type * as ports from "../domain/ports";
import { closeCodes, decodeUserCommand, encodeFrame, type GuildPoll } from "../protocol";
import { readGuild, readOpener } from "../runtime/identity";
import { migrate } from "../runtime/migrate";
import { readRates } from "../runtime/rate-config";
import { toRpcResult } from "../runtime/rpc-result";
import { answerClose, SocketIndex } from "../runtime/sockets";
import { TokenBuckets } from "../runtime/token-buckets";
import { Guild } from "./guild";
import { migrations } from "./schema";
import { type GuildSocketState, guildSocketState } from "./socket-state";

export class GuildObjectBase extends DurableObject<Env> implements heads.GuildPort {
  readonly #sockets: SocketIndex<GuildSocketState>;
  readonly #frames: TokenBuckets;
  #loaded: Guild | null = null;

  constructor(
    ctx: DurableObjectState,
    env: Env,
    private readonly directory: heads.VisibilityDirectory,
  ) {
    super(ctx, env);
    this.#sockets = new SocketIndex(ctx, guildSocketState);
    this.#frames = new TokenBuckets(readRates(env.RATES).frame);
  }

  async report(guild: string, report: heads.HeadReport): Promise<heads.HeadReceipt> {
    return this.#guild().report(guild, report);
  }

  async poll(guild: string, caller: ports.Caller, request: ports.PollRequest<GuildPoll>): ports.PolledFrames {
    return toRpcResult("guild.poll", () => this.#guild().poll(guild, caller, request));
  }

  async endSessions(ended: ports.EndedSessions): Promise<void> {
    this.#guild().endSessions(ended);
  }

  /** Deletes what is stored of an erased guild. */
  async erase(): Promise<void> {
    this.#loaded = null;
    for (const connected of this.#sockets.all())
      this.#sockets.close(connected, closeCodes.removed, "the server was deleted");
    await this.ctx.storage.deleteAll();
  }

  override fetch(request: Request): Promise<Response> {
    return this.#guild().open(readGuild(request), readOpener(request));
  }

  /** A socket of a guild takes no commands. */
  override webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): void {
    const received = this.#sockets.readFrame(socket, frame);
    if (!received) return;
    const { connected, text } = received;
    if (this.#frames.charge(connected.state.user, Date.now(), tokensOfFrame(text.length))) {
      this.#sockets.close(connected, closeCodes.rateLimited, "too many frames");
      return;
    }
    const decoded = decodeUserCommand(text);
    const id = decoded.ok ? decoded.value.id : decoded.id;
    const refused = new ChatError("invalid", "a socket of a guild takes no commands");
    this.#sockets.send(connected, encodeFrame(errorFrame(fail(refused), id)), Date.now());
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    answerClose(socket, code, reason);
    const connected = this.#sockets.get(socket);
    if (connected) this.#sockets.remove(connected);
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006, "");
  }

  #guild(): Guild {
    if (this.#loaded) return this.#loaded;
    const { ctx, env, directory } = this;
    migrate(ctx.storage, migrations);
    const parts = {
      channels: env.CHANNELS,
      sql: ctx.storage.sql,
      sockets: this.#sockets,
      directory,
      rates: readRates(env.RATES),
    };
    this.#loaded = new Guild({ ...parts, now: () => Date.now() });
    return this.#loaded;
  }
}
