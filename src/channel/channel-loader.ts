// Loads the one channel of an object and guards access to it: counts requests, admits members, and
// refuses everything during a restore.
import type { ArchivePort } from "../domain/archive";
import { ChatError, fail, type RpcResult } from "../domain/error";
import type { Caller, FilesPort } from "../domain/ports";
import type { Roster } from "../domain/roster";
import type { VisitDirectory } from "../domain/visits";
import { readBudgets } from "../runtime/budget-config";
import type { Opener } from "../runtime/identity";
import { readRates } from "../runtime/rate-config";
import { toRpcResult } from "../runtime/rpc-result";
import { SocketIndex } from "../runtime/sockets";
import { Channel } from "./channel";
import { createLog, eraseLog, findLog, type LogHeader } from "./log/log-header";
import { type ChannelSocketState, channelSocketState } from "./members/socket-state";
import { releaseChannel } from "./operations/channel-erasure";
import { chargeQuery } from "./operations/charges";
import { restoreToTime } from "./operations/restore";
import { openSocket, refuseVisit } from "./operations/socket-lifecycle";

/**
 * Why the channel is loaded. Requests and frames are counted separately, because they have
 * different prices. An alarm counts as a request.
 */
type LoadReason = "request" | "frame" | "close" | "visit";

export interface ChannelLoaderOptions {
  ctx: DurableObjectState;
  env: Pick<Env, "RATES" | "BUDGETS" | "TOKEN_SECRET" | "USERS" | "GUILDS" | "PUSH">;
  archive(): ArchivePort;
  files: FilesPort;
  visits: VisitDirectory;
}

/** What a channel asks of databases. */
export type ChannelDatabases = Pick<ChannelLoaderOptions, "archive" | "files" | "visits">;

export class ChannelLoader {
  readonly sockets: SocketIndex<ChannelSocketState>;
  /** The time to which the alarm was set when the object woke. Epoch milliseconds. */
  #alarmAt: number | null = null;
  /** Whether a restore or an erasure is under way. It would lose anything accepted now. */
  #isReplacing = false;
  #channel: Channel | null = null;

  constructor(private readonly options: ChannelLoaderOptions) {
    const { ctx } = options;
    this.sockets = new SocketIndex(ctx, channelSocketState);
    // Reads the alarm before any request runs, because `ChannelAlarm` must know when it is set.
    void ctx.blockConcurrencyWhile(async () => {
      this.#alarmAt = await ctx.storage.getAlarm();
    });
  }

  /** Returns the channel; null if there is no log. Throws `temporary` while it is replaced. */
  find(reason: LoadReason = "request"): Channel | null {
    if (this.#isReplacing) throw new ChatError("temporary");
    const channel = this.#channel ?? this.#load();
    if (channel && reason === "request") channel.usage.objectRequests++;
    if (channel && reason === "frame") channel.usage.socketMessages++;
    return channel;
  }

  /** Returns the channel of a roster; null if its group was deleted. */
  findOrCreate(roster: Roster): Channel | null {
    const known = this.find();
    if (known) return known;
    const created = createLog(this.options.ctx.storage, roster);
    return created && this.#open(created);
  }

  /**
   * Charges the rate and answers a member's query. The query runs outside of the turn. It appends
   * nothing and sees all acknowledged entries.
   */
  query<T>(caller: Caller, query: (channel: Channel) => T): Promise<RpcResult<T>> {
    return this.serveVisitor(caller.user, (channel) => {
      chargeQuery(channel, caller.user);
      channel.roster.admit(caller);
      return query(channel);
    });
  }

  /** Runs `work` for a member. Refuses everyone else. */
  serveMember<T>(caller: Caller, work: (channel: Channel) => T | Promise<T>): Promise<RpcResult<T>> {
    return this.serveVisitor(caller.user, (channel) => {
      channel.roster.admit(caller);
      return work(channel);
    });
  }

  /**
   * Returns a promise that resolves when a person whom a large channel does not know has visited
   * it; null if there is nothing to wait for. It rejects with `temporary`.
   */
  visit(user: string): Promise<void> | null {
    const visitors = this.find("visit")?.visitors;
    return visitors?.isStranger(user) ? visitors.visit(user) : null;
  }

  /** Opens a socket, after the visit of a person whom the channel does not know. */
  openSocket(opener: Opener): Response | Promise<Response> {
    const open = () => openSocket(this.find(), this.sockets, opener);
    return this.visit(opener.user)?.then(open, refuseVisit) ?? open();
  }

  /** Like `serve`, after the visit of a person whom the channel does not know. */
  async serveVisitor<T>(user: string, work: (channel: Channel) => T | Promise<T>): Promise<RpcResult<T>> {
    const visit = this.visit(user);
    if (!visit) return await this.serve(work);
    return await toRpcResult("channel.visit", () => visit).then((visited) => (visited.ok ? this.serve(work) : visited));
  }

  /**
   * Runs `work` without checking the caller. Answers `not_found` if there is no log. Throws
   * `temporary` during a restore.
   */
  async serve<T>(work: (channel: Channel) => T | Promise<T>): Promise<RpcResult<T>> {
    const channel = this.find();
    if (!channel) return fail(new ChatError("not_found"));
    return await toRpcResult("channel.request", () => work(channel));
  }

  /** Like `serve`, for work without a result. Does not check the caller either. */
  serveVoid(work: (channel: Channel) => void): Promise<RpcResult<null>> {
    return this.serve((channel) => {
      work(channel);
      return null;
    });
  }

  /** Restores the storage to an earlier time and ends the object. */
  async restore(at: number): Promise<RpcResult<null>> {
    if (!this.find()) return fail(new ChatError("not_found"));
    this.#isReplacing = true;
    const answer = await restoreToTime(this.options.ctx, at);
    this.#isReplacing = answer.ok;
    return answer;
  }

  /**
   * Erases a channel without members, with everything that it stores. Returns false if another call
   * must continue.
   */
  eraseChannel(): Promise<RpcResult<boolean>> {
    return toRpcResult("channel.erase", async () => {
      const channel = this.find();
      this.#isReplacing = true;
      try {
        if (channel && !(await releaseChannel(channel))) return false;
        await eraseLog(this.options.ctx.storage);
        this.#channel = null;
        return true;
      } finally {
        this.#isReplacing = false;
      }
    });
  }

  #load(): Channel | null {
    const header = findLog(this.options.ctx.storage);
    return header && this.#open(header);
  }

  #open(header: LogHeader): Channel {
    const { ctx, env, ...directories } = this.options;
    this.#channel = new Channel(header, {
      ...directories,
      userObject: (user) => env.USERS.getByName(user),
      guildObject: (guild) => env.GUILDS.getByName(guild),
      pushQueue: { send: async (job) => void (await env.PUSH.send(job)) },
      rates: readRates(env.RATES),
      budgets: readBudgets(env.BUDGETS),
      ticketSecrets: [env.TOKEN_SECRET],
      storage: ctx.storage,
      sockets: this.sockets,
      alarmAt: this.#alarmAt,
      now: () => Date.now(),
      abort: (reason) => ctx.abort(reason),
    });
    return this.#channel;
  }
}
