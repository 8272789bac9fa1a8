// What a run shares.
import { setTimeout as sleep } from "node:timers/promises";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ChannelHistory, History } from "./history.ts";
import type { HttpClient } from "./http-client.ts";
import type { PushProxy } from "./push-proxy.ts";
import type { PushService } from "./push-service.ts";

export class World {
  readonly port: number;
  readonly http: HttpClient;
  readonly history: History;
  readonly pushService: PushService;
  readonly pushProxy: PushProxy;
  readonly random: SeededRandom;
  /**
   * Until when each channel gets no new message, so that no newer notification covers a lost one.
   */
  readonly heldUntil = new Map<string, number>();
  readonly #end = new AbortController();

  constructor(port: number, parts: Pick<World, "http" | "history" | "pushService" | "pushProxy" | "random">) {
    this.port = port;
    this.http = parts.http;
    this.history = parts.history;
    this.pushService = parts.pushService;
    this.pushProxy = parts.pushProxy;
    this.random = parts.random;
  }

  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  /** Begins no further action. */
  end(): void {
    this.#end.abort();
  }

  isHeld({ id }: ChannelHistory): boolean {
    return (this.heldUntil.get(id) ?? 0) > Date.now();
  }

  /** Waits; answers whether the run still goes on. */
  async pause(ms: number): Promise<boolean> {
    try {
      await sleep(ms, null, { signal: this.#end.signal });
    } catch {
      // The run has ended.
    }
    return !this.isOver;
  }

  /** Waits `ms` on average, with an exponential distribution. */
  pauseAbout(ms: number, random: SeededRandom): Promise<boolean> {
    return this.pause(-Math.log(1 - random.next()) * ms);
  }
}
