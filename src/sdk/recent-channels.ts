import type { ChannelHandle } from "./channel-handle";

/** Sockets kept open for channels nobody looks at: enough for going back and forth between a few. */
const KEPT = 5;

/** Closes the sockets of channels that are neither needed nor among the most recently used. */
export class RecentChannels {
  /** Those with a socket, the most recently used last. */
  readonly #open = new Set<ChannelHandle>();

  used(handle: ChannelHandle): void {
    this.#open.delete(handle);
    this.#open.add(handle);
    this.settle();
  }

  /** Looks again: what kept a channel open may have ended. */
  settle(): void {
    for (const handle of [...this.#open].slice(0, -KEPT)) {
      if (handle.isNeeded) continue;
      this.#open.delete(handle);
      handle.close();
    }
  }

  clear(): void {
    this.#open.clear();
  }
}
