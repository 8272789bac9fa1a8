import { ChannelHandle } from "./handle";
import type { ChannelHost } from "./host";

/** The channels somebody asked for: the same object for the same id, until sign-out. */
export class ChannelHandles {
  readonly #host: ChannelHost;
  readonly #handles = new Map<string, ChannelHandle>();
  #isInBackground = false;

  constructor(host: ChannelHost) {
    this.#host = host;
  }

  of(id: string): ChannelHandle {
    let handle = this.#handles.get(id);
    if (!handle) {
      handle = new ChannelHandle(id, this.#host);
      this.#handles.set(id, handle);
    }
    return handle;
  }

  /** Undefined where nobody asked for it. */
  known(id: string): ChannelHandle | undefined {
    return this.#handles.get(id);
  }

  /** Whether nobody looks at the program. */
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

  clear(): void {
    this.#handles.clear();
  }
}
