import type { TransportSelection } from "../transport/transport-selection";
import type { ChannelHandle } from "./handle";

/** How many released channels keep their socket, so that switching between a few is fast. */
const MAX_KEPT = 5;
/** How many released channels keep polling, if the client polls. */
const MAX_KEPT_POLLING = 1;

/** Closes the sockets of channels that are neither needed nor among the most recently used. */
export class RecentChannels {
  /** The channels with a socket, in the order of their last use. */
  readonly #open = new Set<ChannelHandle>();
  readonly #transports: TransportSelection;

  constructor(transports: TransportSelection) {
    this.#transports = transports;
  }

  channelUsed(handle: ChannelHandle): void {
    this.#open.delete(handle);
    this.#open.add(handle);
    this.closeUnneeded();
  }

  closeUnneeded(): void {
    const kept = this.#transports.current === "socket" ? MAX_KEPT : MAX_KEPT_POLLING;
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
