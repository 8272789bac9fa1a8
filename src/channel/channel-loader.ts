// Where a channel's object keeps its channel: found on waking, counted, and asked in the ways in which it may be asked.
import type { ArchivePort } from "../domain/archive";
import { ChatError, fail, type RpcResult } from "../domain/error";
import type { PushQueue } from "../domain/notification-ports";
import type { Caller, UserPort } from "../domain/ports";
import type { Roster } from "../domain/roster";
import type { Rates } from "../protocol";
import { toRpcResult } from "../runtime/answer";
import type { SocketIndex } from "../runtime/sockets";
import { Channel } from "./channel";
import { createLog, findLog } from "./log/creation";
import type { LogHeader } from "./log/log";
import type { ChannelSocketState } from "./members/socket-state";

/** What has the object look at its channel: it is billed accordingly. */
type Cause = "request" | "frame" | "close";

export interface ChannelLoaderOptions {
  ctx: DurableObjectState;
  sockets: SocketIndex<ChannelSocketState>;
  rates: Rates;
  archive(): ArchivePort;
  userObject(user: string): UserPort;
  pushQueue: PushQueue;
}

export class ChannelLoader {
  /** The storage is about to go back to an earlier state: what was taken now would be gone. */
  isRestoring = false;
  /** What the alarm was set to when the object woke. */
  alarmAt: number | null = null;
  #channel: Channel | null = null;

  constructor(private readonly options: ChannelLoaderOptions) {}

  /** The channel; null where there is no log. Throws `temporary` while the object waits to wake in an earlier state. */
  find(by: Cause = "request"): Channel | null {
    if (this.isRestoring) throw new ChatError("temporary");
    const channel = this.#channel ?? this.#wake();
    if (channel && by === "request") channel.usage.objectRequests++;
    if (channel && by === "frame") channel.usage.socketMessages++;
    return channel;
  }

  findOrMake(roster: Roster): Channel {
    return this.find() ?? this.#open(createLog(this.options.ctx.storage, roster));
  }

  /** Answers a member's question outside the queue: it changes no entry and sees everything that was acknowledged. */
  ask<T>(caller: Caller, question: (channel: Channel) => T): Promise<RpcResult<T>> {
    return this.answer(caller, (channel) => {
      channel.queries.take(caller.user, channel.now());
      return question(channel);
    });
  }

  /** Answers a member. */
  answer<T>(caller: Caller, question: (channel: Channel) => T | Promise<T>): Promise<RpcResult<T>> {
    return this.serve((channel) => {
      channel.roster.admit(caller);
      return question(channel);
    });
  }

  /** Answers whoever may ask the object itself. */
  async serve<T>(question: (channel: Channel) => T | Promise<T>): Promise<RpcResult<T>> {
    const channel = this.find();
    if (!channel) return fail(new ChatError("not_found"));
    return await toRpcResult("channel.ask", () => question(channel));
  }

  #wake(): Channel | null {
    const header = findLog(this.options.ctx.storage);
    return header && this.#open(header);
  }

  #open(header: LogHeader): Channel {
    const { ctx, ...around } = this.options;
    this.#channel = new Channel(header, {
      ...around,
      storage: ctx.storage,
      alarmAt: this.alarmAt,
      now: () => Date.now(),
      abort: (reason) => ctx.abort(reason),
    });
    return this.#channel;
  }
}
