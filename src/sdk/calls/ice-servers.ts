// The servers through which participants reach each other. Their credentials expire, so new ones
// are requested before.
import { type IceAnswer, iceAnswer } from "../../protocol";
import { Timer } from "../transport/clock";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { RtcConfiguration } from "./rtc";

/** Which addresses a person lets others see. `default`: what the server advises. */
export type AddressPolicy = "default" | "all" | "relay";

/** How long before their end credentials are requested, and the shortest time between requests. */
const AHEAD_MS = 60_000;
const PAUSE_MS = 20_000;

export interface IceSetup {
  readonly configuration: RtcConfiguration;
  readonly hasRelay: boolean;
}

export class IceServers {
  readonly #environment: Environment;
  readonly #http: Http;
  readonly #channel: string;
  readonly #policy: AddressPolicy;
  readonly #timer: Timer;

  constructor(environment: Environment, http: Http, channel: string, policy: AddressPolicy) {
    this.#environment = environment;
    this.#http = http;
    this.#channel = channel;
    this.#policy = policy;
    this.#timer = new Timer(environment.clock);
  }

  /** Requests the servers, and calls `refreshed` with new ones before they expire. */
  async load(refreshed: (setup: IceSetup) => void): Promise<IceSetup> {
    const answer = await this.#http.sendWithRetry("POST", "/v1/calls/ice", { channel: this.#channel }, iceAnswer);
    this.#refreshBefore(answer.expiresAt, refreshed);
    return setupOf(answer, this.#policy);
  }

  stop(): void {
    this.#timer.clear();
  }

  #refreshBefore(expiresAt: number | null, refreshed: (setup: IceSetup) => void): void {
    if (expiresAt === null) return;
    const leftMs = expiresAt - this.#environment.serverClock.now() - AHEAD_MS;
    this.#timer.set(Math.max(PAUSE_MS, leftMs), () => void this.#refresh(refreshed));
  }

  async #refresh(refreshed: (setup: IceSetup) => void): Promise<void> {
    try {
      refreshed(await this.load(refreshed));
    } catch (error) {
      // The connections that are up need no servers. The next restart does.
      this.#environment.warn(`the servers of a call could not be refreshed: ${String(error)}`);
      this.#timer.set(PAUSE_MS, () => void this.#refresh(refreshed));
    }
  }
}

export function setupOf({ iceServers, relay, policy }: IceAnswer, chosen: AddressPolicy): IceSetup {
  const iceTransportPolicy = chosen === "default" ? policy : chosen;
  return { configuration: { iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" }, hasRelay: relay };
}
