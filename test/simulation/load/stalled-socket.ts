// A socket that stops reading after it joined, and the outcome when it reads again.
import { setTimeout as delay } from "node:timers/promises";
import type { Subscriber } from "../kit/channel-socket.ts";
import { Follower } from "./follower.ts";

/** The end of a stalled socket. */
export interface StalledResult {
  /** The close code after the backlog; null where the socket was not closed. */
  closeCode: number | null;
  /**
   * Whether the log, resumed over a new socket, equals the sender's: every message once and in
   * order.
   */
  isWhole: boolean;
}

/** Time to read the backlog, after which a close frame has to come. */
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

  /** Reads again, notes the close code, resumes from the cursor and compares with what was sent. */
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
