import type { Transports } from "../transport/transports";
import type { ChannelHandle } from "./handle";

/** Sockets kept open for channels nobody looks at: enough for going back and forth between a few. */
const KEPT = 5;
/** The same where each of them would poll. */
const KEPT_POLLING = 1;

/** Closes the sockets of channels that are neither needed nor among the most recently used. */
export class RecentChannels {
  /** Those with a socket, the most recently used last. */
  readonly #open = new Set<ChannelHandle>();
  readonly #transports: Transports;

  constructor(transports: Transports) {
    this.#transports = transports;
  }

  used(handle: ChannelHandle): void {
    this.#open.delete(handle);
    this.#open.add(handle);
    this.settle();
  }

  /** Looks again: what kept a channel open may have ended. */
  settle(): void {
    const kept = this.#transports.current === "socket" ? KEPT : KEPT_POLLING;
    for (const handle of [...this.#open].slice(0, -kept)) {
      if (handle.isNeeded) continue;
      this.#open.delete(handle);
      handle.close();
    }
  }

  clear(): void {
    this.#open.clear();
  }
}
