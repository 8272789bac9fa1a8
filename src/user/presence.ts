// The presence of this person, and the user objects that watch it. What others see is computed from
// the sockets, and stored with the watchers in one packed row when it changes. A heartbeat writes
// nothing and sends nothing. An alarm is set only while there are watchers: for the end of a lease,
// which no event reports, and for the end of the grace period after a disconnect.
import type { BlockList } from "../domain/block";
import type { PeoplePort } from "../domain/ports";
import { isWithinGracePeriod, isWithinLease, leaseEnd, type PresenceUpdate, statusOf } from "../domain/presence";
import { limits, type PresenceMode } from "../protocol";
import type { DueAlarm, DueWork } from "./alarm";
import type { Device, Devices } from "./devices";
import type { PresenceRecord } from "./presence-record";
import type { PresenceUpdates } from "./presence-updates";

interface UserPresenceParts {
  record: PresenceRecord;
  updates: PresenceUpdates;
  devices: Pick<Devices, "states" | "setActive">;
  people: PeoplePort;
  alarm: Pick<DueAlarm, "rearm">;
  blocks: BlockList;
  now: () => number;
}

export class UserPresence implements DueWork {
  constructor(private readonly parts: UserPresenceParts) {}

  /**
   * Begins a watch. Returns what the watcher sees now. A person who is blocked sees somebody who
   * has been offline since the block, and gets no updates.
   */
  watch(me: string, watcher: string): PresenceUpdate {
    const { record, updates, blocks } = this.parts;
    const blockedAt = blocks.blockedAt(watcher);
    if (blockedAt !== null) return this.#hidden(me, blockedAt);
    updates.watchedBy(watcher);
    record.addWatcher(me, watcher);
    this.evaluate(me);
    return record.update(me);
  }

  /**
   * Computes the status again, after an event or after time has passed. `leftAt`: when the last
   * device left.
   */
  evaluate(me: string, leftAt: number | null = null): void {
    const { record, updates, alarm } = this.parts;
    const { mode, status: before, absentAt } = record.state;
    const now = this.parts.now();
    const devices = this.parts.devices.states();
    const status = statusOf(mode, devices, now, before, absentAt);
    if (status !== before) {
      // The last disconnect may be long ago: devices have sent heartbeats since.
      const seenAt = leftAt ?? Math.max(absentAt ?? 0, ...devices.map(({ lastSeenAt }) => lastSeenAt));
      // The last activity of an invisible person stays hidden.
      const activeAt = status !== "offline" ? null : mode === "invisible" ? record.state.activeAt : seenAt || now;
      record.save({ user: me, status, activeAt, version: record.state.version + 1 });
      updates.send(me, record.state.watchers);
    }
    alarm.rearm();
  }

  /** Call this when a device connected or reported whether it is in use. Ends the grace period. */
  deviceSeen(me: string): void {
    const { record, now } = this.parts;
    if (isWithinGracePeriod(record.state.absentAt, now())) record.save({ absentAt: null });
    this.evaluate(me);
  }

  /** A device reported whether the person is using it. */
  deviceActive(device: Device, active: boolean): void {
    if (this.parts.devices.setActive(device, active)) this.deviceSeen(device.state.user);
  }

  /**
   * Call this when a device disconnected. `isIntended`: whether the client closed on purpose.
   * Otherwise the device may come back within the grace period.
   */
  deviceLeft(me: string, isIntended: boolean): void {
    const { record, devices } = this.parts;
    const now = this.parts.now();
    const isLast = !devices.states().some((device) => isWithinLease(device, now));
    // A lost connection also counts if another device is left: that device may be dead, which shows
    // only later.
    const isAbsence = isLast || !isIntended;
    if (isAbsence && record.state.status !== "offline") {
      // After an intended disconnect the grace period is over.
      record.save({ absentAt: isIntended ? now - limits.graceMs : now });
    }
    this.evaluate(me, isLast ? now : null);
  }

  setMode(me: string, mode: PresenceMode): void {
    if (mode === this.parts.record.state.mode) return;
    this.parts.record.save({ mode });
    this.evaluate(me);
  }

  /** Ends the watch of a person who is blocked from now on, and shows them somebody who left. */
  hideFrom(me: string, watcher: string): void {
    const { record, updates, blocks, now } = this.parts;
    if (!record.state.watchers.includes(watcher)) return;
    record.keepWatchers((other) => other !== watcher);
    // The watcher takes only a newer version. The others get it with the next change.
    record.save({ version: record.state.version + 1 });
    updates.sendLast(watcher, this.#hidden(me, blocks.blockedAt(watcher) ?? now()));
  }

  /** Who is invisible has been offline for longer. */
  #hidden(me: string, blockedAt: number): PresenceUpdate {
    const { mode, activeAt, version } = this.parts.record.state;
    return { user: me, status: "offline", activeAt: mode === "invisible" ? activeAt : blockedAt, version };
  }

  /**
   * Removes watchers who no longer share a channel with this person. Called after this person left
   * a channel.
   */
  async pruneWatchers(): Promise<void> {
    const { record, people } = this.parts;
    const { user: me, watchers } = record.state;
    if (me === null || watchers.length === 0) return;
    const sharing = new Set(await people.sharing(me, watchers));
    record.keepWatchers((watcher) => sharing.has(watcher));
  }

  /** Resolves when every watcher that can be reached has the newest version. */
  async onAlarm(): Promise<void> {
    const { record, updates } = this.parts;
    const me = record.state.user;
    if (me === null) return;
    updates.clearRetry();
    this.evaluate(me);
    await updates.retry(me);
  }

  /** When others last saw the person online; null if they never did. Epoch milliseconds. */
  get lastSeenAt(): number | null {
    return this.parts.record.state.activeAt;
  }

  /** When presence must be evaluated even if no event occurs; null for never. */
  get dueAt(): number | null {
    const due = [this.parts.updates.retryAt, this.#changesAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** When the status may change without an event; null if there are no watchers. */
  get #changesAt(): number | null {
    const { status, absentAt, watchers } = this.parts.record.state;
    if (watchers.length === 0 || status === "offline") return null;
    const now = this.parts.now();
    const alive = this.parts.devices.states().filter((device) => isWithinLease(device, now));
    const graceEnd = (absentAt ?? 0) + limits.graceMs;
    if (alive.length === 0) return graceEnd;
    return graceEnd > now ? Math.min(graceEnd, leaseEnd(alive)) : leaseEnd(alive);
  }

  /**
   * Deletes the presence of an erased account. Watchers see the person as offline when the sockets
   * close.
   */
  clear(): void {
    this.parts.record.clear();
  }
}
