// A socket that stops reading once it has joined, and what becomes of it when it reads again.
import { setTimeout as delay } from "node:timers/promises";
import type { Subscriber } from "../kit/channel-socket.ts";
import { Follower } from "./follower.ts";

/** How a stalled socket ended. */
export interface StalledResult {
  /** What it found behind the backlog; null where it was not closed. */
  closeCode: number | null;
  /** Whether its log, resumed over a new socket, is the sender's: every message once and in order. */
  isWhole: boolean;
}

/** Reading the backlog takes a moment; after it there must be a close frame. */
const DRAIN_MS = 15_000;

export class StalledSocket {
  readonly #follower: Follower;

  private constructor(follower: Follower) {
    this.#follower = follower;
  }

  static async open(subscriber: Subscriber): Promise<StalledSocket> {
    const follower = new Follower(subscriber);
    await follower.connect();
    follower.pause();
    return new StalledSocket(follower);
  }

  leave(): void {
    this.#follower.leave();
  }

  /** Reads again, looks how it ended, comes back from its cursor and compares with what was sent. */
  async finish(nonces: readonly string[]): Promise<StalledResult> {
    const follower = this.#follower;
    follower.resume();
    const waiting = new AbortController();
    const closeCode = await Promise.race([
      follower.closed,
      delay(DRAIN_MS, null, { signal: waiting.signal, ref: false }).catch(() => null),
    ]);
    waiting.abort();
    follower.leave();
    await follower.connect();
    follower.leave();
    const isWhole =
      follower.gaps === 0 &&
      follower.doubles === 0 &&
      follower.nonces.length === nonces.length &&
      follower.nonces.every((nonce, at) => nonce === nonces[at]);
    return { closeCode, isWhole };
  }
}
