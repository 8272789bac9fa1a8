import { unsentCommandsOf } from "../outbox/outbox";
import type { ParleyError } from "../parley-error";
import { within } from "../transport/clock";
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
  #blocked: ReadonlySet<string> = new Set();

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
      if (this.#blocked.size > 0) handle.setBlocked(this.#blocked);
      this.#handles.set(id, handle);
    }
    return handle;
  }

  /** Returns a channel; undefined if the program has not asked for it. */
  known(id: string): ChannelHandle | undefined {
    return this.#handles.get(id);
  }

  /** The channels that the program uses now or sends to, those that it asked for last first. */
  get needed(): string[] {
    return [...this].flatMap((handle) => (handle.isNeeded ? [handle.id] : [])).reverse();
  }

  setBackground(background: boolean): void {
    if (background === this.#isInBackground) return;
    this.#isInBackground = background;
    for (const handle of this) handle.setBackground(background);
  }

  setBlocked(users: ReadonlySet<string>): void {
    this.#blocked = users;
    for (const handle of this) handle.setBlocked(users);
  }

  [Symbol.iterator](): IterableIterator<ChannelHandle> {
    return this.#handles.values();
  }

  /** Takes over the commands that an earlier client of this person left unconfirmed. */
  async adoptOutbox(): Promise<void> {
    const { outbox, author, environment } = this.#client;
    const { userId } = author;
    if (userId === null) return;
    const unsent = await unsentCommandsOf(userId, outbox, environment.warn);
    if (userId !== author.userId) return;
    author.continueAfter(unsent);
    for (const [id, entries] of Map.groupBy(unsent, (entry) => entry.channel)) this.of(id).adopt(entries);
  }

  /** Opens the channels that have commands to send. */
  drain(): void {
    for (const handle of this) if (handle.isNeeded) void handle.attach();
  }

  retryNow(): void {
    for (const handle of this) handle.retryNow();
  }

  /** Checks whether the sockets are still alive. */
  probe(): void {
    for (const handle of this) handle.probe();
  }

  /** Closes all sockets. What waits for them rejects with `error`. */
  close(error: ParleyError): void {
    for (const handle of this) handle.close(error);
  }

  /**
   * Sends all read marks immediately. Resolves when nothing waits to be sent or answered. Rejects
   * with `offline` after `timeoutMs`, which is unlimited by default.
   */
  async flush(timeoutMs?: number): Promise<void> {
    this.drain();
    const flushed = Promise.all([...this].map((handle) => handle.flush()));
    await within(this.#client.environment.clock, flushed, timeoutMs);
  }

  /** Forgets all channels. Rejects with `error` what waits to be sent. */
  clear(error: ParleyError): void {
    for (const handle of this) handle.abandon(error);
    this.#handles.clear();
    this.#recent.clear();
  }

  #reported(id: string, report: ChannelReport): void {
    if (report.type === "used") this.#recent.channelUsed(this.of(id));
    else if (report.type === "need-changed") this.#recent.closeUnneeded();
    else this.#report(id, report);
  }
}
