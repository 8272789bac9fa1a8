import type { TransportSelection } from "../transport/transport-selection";
import { ChannelHandle } from "./handle";
import type { ChannelHost } from "./host";
import { RecentChannels } from "./recent-channels";

/**
 * The channels that the program has asked for. Until sign-out, the same id always returns the same
 * object.
 */
export class ChannelHandles {
  readonly #host: ChannelHost;
  readonly #handles = new Map<string, ChannelHandle>();
  readonly #recent: RecentChannels;
  #isInBackground = false;

  constructor(host: ChannelHost, transports: TransportSelection) {
    this.#host = host;
    this.#recent = new RecentChannels(transports);
  }

  of(id: string): ChannelHandle {
    let handle = this.#handles.get(id);
    if (!handle) {
      handle = new ChannelHandle(id, this.#host);
      this.#handles.set(id, handle);
    }
    return handle;
  }

  /** Returns a channel; undefined if the program has not asked for it. */
  known(id: string): ChannelHandle | undefined {
    return this.#handles.get(id);
  }

  /** Whether the program is in the background. */
  get isInBackground(): boolean {
    return this.#isInBackground;
  }

  setBackground(background: boolean): void {
    if (background === this.#isInBackground) return;
    this.#isInBackground = background;
    for (const handle of this) handle.setBackground(background);
  }

  [Symbol.iterator](): IterableIterator<ChannelHandle> {
    return this.#handles.values();
  }

  channelUsed(id: string): void {
    this.#recent.channelUsed(this.of(id));
  }

  /** Closes the sockets of channels that are neither needed nor recently used. */
  closeUnneeded(): void {
    this.#recent.closeUnneeded();
  }

  clear(): void {
    this.#handles.clear();
    this.#recent.clear();
  }
}
