import type { OutboxEntry } from "../outbox/outbox";
import type { ClientParts } from "./client-parts";
import { ChannelHandle } from "./handle";
import { RecentChannels } from "./recent-channels";
import type { ChannelReport } from "./reports";

/**
 * The channels that the program has asked for. Until sign-out, the same id always returns the same
 * object.
 */
export class ChannelHandles {
  readonly #client: ClientParts;
  readonly #report: (channel: string, report: ChannelReport) => void;
  readonly #handles = new Map<string, ChannelHandle>();
  readonly #recent: RecentChannels;
  #isInBackground = false;

  /** `report` gets what the channels report, except what only concerns their sockets. */
  constructor(client: ClientParts, report: (channel: string, report: ChannelReport) => void) {
    this.#client = client;
    this.#report = report;
    this.#recent = new RecentChannels(client.transports);
  }

  of(id: string): ChannelHandle {
    let handle = this.#handles.get(id);
    if (!handle) {
      handle = new ChannelHandle(id, this.#client, (report) => this.#reported(id, report));
      handle.setBackground(this.#isInBackground);
      this.#handles.set(id, handle);
    }
    return handle;
  }

  /** Returns a channel; undefined if the program has not asked for it. */
  known(id: string): ChannelHandle | undefined {
    return this.#handles.get(id);
  }

  setBackground(background: boolean): void {
    if (background === this.#isInBackground) return;
    this.#isInBackground = background;
    for (const handle of this) handle.setBackground(background);
  }

  [Symbol.iterator](): IterableIterator<ChannelHandle> {
    return this.#handles.values();
  }

  /** Takes over commands that an earlier client left in the outbox. */
  adopt(entries: readonly OutboxEntry[]): void {
    this.#client.author.continueAfter(entries);
    for (const [id, ofChannel] of Map.groupBy(entries, ({ channel }) => channel)) this.of(id).adopt(ofChannel);
  }

  /** Opens the channels that have commands to send. */
  openNeeded(): void {
    for (const handle of this) if (handle.isNeeded) void handle.attach();
  }

  clear(): void {
    this.#handles.clear();
    this.#recent.clear();
  }

  #reported(id: string, report: ChannelReport): void {
    if (report.type === "used") this.#recent.channelUsed(this.of(id));
    else if (report.type === "need-changed") this.#recent.closeUnneeded();
    else this.#report(id, report);
  }
}
