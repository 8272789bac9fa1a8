// One of many readers of everything. It examines the first bytes of a frame, which tell the frame's
// place in the log, and drops the rest.
import { openChannelSocket, type Subscriber, subscribeCommand } from "../kit/channel-socket.ts";
import type { RawSocket } from "../kit/raw-socket.ts";

/** Holds the longest start of an `events` frame, up to its first seq. */
const KEEP_BYTES = 320;
const eventsStart = /^\{"type":"events","channel":"[^"]+","epoch":"[^"]+","head":(\d+),"events":\[\{"seq":(\d+),/;
const readyStart = /^\{"type":"ready","id":"[^"]+","epoch":"([^"]+)","head":(\d+),/;

export class Reader {
  readonly #onEvents: (first: number, last: number) => void;
  readonly #joined = Promise.withResolvers<void>();
  #socket: RawSocket | null = null;
  epoch = "";
  /** The newest seq received. */
  last = 0;
  /** Frames that did not begin after the end of the previous one. */
  gaps = 0;
  bytes = 0;
  /** Null while it is open. */
  closeCode: number | null = null;

  private constructor(onEvents: (first: number, last: number) => void) {
    this.#onEvents = onEvents;
  }

  /**
   * Resolves when the reader has joined. `onEvents` is called with the first and last seq of each
   * frame.
   */
  static async open(subscriber: Subscriber, onEvents: (first: number, last: number) => void): Promise<Reader> {
    const reader = new Reader(onEvents);
    const socket = await openChannelSocket(subscriber, KEEP_BYTES, (start, bytes) => reader.#read(start, bytes));
    reader.#socket = socket;
    void socket.closed.then((code) => {
      reader.closeCode = code;
      reader.#joined.reject(new Error(`closed with ${code} before it joined`));
    });
    socket.send(subscribeCommand(null));
    await reader.#joined.promise;
    return reader;
  }

  send(frame: string): void {
    this.#socket?.send(frame);
  }

  leave(): void {
    if (this.closeCode === null) this.#socket?.destroy();
  }

  #read(start: string, bytes: number): void {
    const events = eventsStart.exec(start);
    if (events) {
      const [head, first] = [Number(events[1]), Number(events[2])];
      if (first !== this.last + 1) this.gaps += 1;
      this.last = head;
      this.bytes += bytes;
      this.#onEvents(first, head);
      return;
    }
    const ready = readyStart.exec(start);
    if (ready) {
      this.epoch = ready[1] ?? "";
      this.last = Number(ready[2]);
      this.#joined.resolve();
    } else if (start.startsWith('{"type":"error"')) throw new Error(`the server refused: ${start}`);
  }
}
