// A sync returns what changed since a version. It first wakes the channels with dirty rows. A woken
// channel delivers its rows again. If a channel cannot be reached or does not answer, its row stays
// dirty and is sent without a preview, and the alarm retries while a socket is open.
import type { ChannelsPort } from "../domain/ports";
import { tuning } from "../domain/tuning";
import { type FrameOf, limits, type UserCommand } from "../protocol";
import { withTimeout } from "../runtime/deadline";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import type { DueAlarm, DueWork } from "./alarm";
import type { Devices } from "./devices";
import type { LiveInbox } from "./live-inbox";
import type { UserRates } from "./rates";

type SyncCommand = Extract<UserCommand, { type: "inbox.sync" }>;

/** The most channels that are woken at the same time. */
const CONCURRENCY = 50;
const RETRY_MS = 5_000;

interface InboxSyncParts {
  inbox: LiveInbox;
  devices: Devices;
  rates: UserRates;
  channels: ChannelsPort;
  alarm: DueAlarm;
  now: () => number;
}

export class InboxSync implements DueWork {
  /** Wakes in progress, by channel. Bound: the channels of the person. */
  readonly #pendingWakes = new Map<string, Promise<boolean>>();
  #dueAt: number | null = null;

  constructor(private readonly parts: InboxSyncParts) {}

  /** When the channels that could not be reached are woken again. */
  get dueAt(): number | null {
    return this.#dueAt;
  }

  async sync(user: string, { id, after }: Omit<SyncCommand, "type">): Promise<FrameOf<"inbox"> & { version: number }> {
    await this.wakeDirtyChannels(user);
    return { type: "inbox", id, ...this.parts.inbox.changes(after, limits.pageMax) };
  }

  /** Does nothing without an open socket: the next sync wakes the channels. */
  async onAlarm(): Promise<void> {
    this.#dueAt = null;
    const [device] = this.parts.devices.sockets.all();
    if (device) await this.wakeDirtyChannels(device.state.user);
  }

  async wakeDirtyChannels(user: string): Promise<void> {
    await this.wakeChannels(user, this.parts.inbox.stored.dirtyChannels());
  }

  /** Wakes channels with dirty rows. What could not be reached is woken again later. */
  async wakeChannels(user: string, dirty: readonly string[]): Promise<void> {
    const { inbox, devices, rates, alarm, now } = this.parts;
    const { version } = inbox.stored;
    rates.chargeWakes(user, dirty.length);
    let isComplete = true;
    for (let i = 0; i < dirty.length; i += CONCURRENCY) {
      const results = await Promise.all(
        dirty.slice(i, i + CONCURRENCY).map((channel) => this.#wakeOnce(user, channel)),
      );
      isComplete &&= results.every(Boolean);
    }
    // A woken channel does not deliver this row again, so it is also sent to the devices that did
    // not sync.
    for (const part of inbox.stored.rowChangesAfter(version, limits.pageMax)) devices.broadcast(part);
    if (isComplete) return;
    this.#dueAt = now() + RETRY_MS;
    alarm.rearm();
  }

  /** Wakes a channel once, even if several devices sync at the same time. */
  #wakeOnce(user: string, channel: string): Promise<boolean> {
    const pending = this.#pendingWakes.get(channel);
    if (pending) return pending;
    const wake = this.#wake(user, channel).finally(() => this.#pendingWakes.delete(channel));
    this.#pendingWakes.set(channel, wake);
    return wake;
  }

  /** Returns false if the wake must be repeated. */
  async #wake(user: string, channel: string): Promise<boolean> {
    const { inbox, channels } = this.parts;
    inbox.wakeBegins(channel);
    try {
      const woken = retry(() => channels.getByName(channel).wake(user));
      const answer = await withTimeout(woken, tuning.deliveryAttemptMs);
      if (answer.ok) inbox.wakeEnds(answer.value);
      else if (answer.code === "not_found") inbox.remove(channel);
      return answer.ok || answer.code === "not_found";
    } catch (error) {
      logError("inbox.wake", error, { channel });
      return false;
    }
  }
}
