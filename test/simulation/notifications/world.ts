// What everybody in a run shares.
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
  /** Channels in which nobody speaks until then, so that nothing newer covers what is lost. */
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

  /** Nobody begins anything any more. */
  end(): void {
    this.#end.abort();
  }

  isHeld({ id }: ChannelHistory): boolean {
    return (this.heldUntil.get(id) ?? 0) > Date.now();
  }

  /** Whether there is time left after so long. */
  async pause(ms: number): Promise<boolean> {
    try {
      await sleep(ms, null, { signal: this.#end.signal });
    } catch {
      // It is over.
    }
    return !this.isOver;
  }

  /** As long as that on average, and as irregular as people are. */
  pauseAbout(ms: number, random: SeededRandom): Promise<boolean> {
    return this.pause(-Math.log(1 - random.next()) * ms);
  }
}
