// The presence of this person, and the user objects that watch it. What others see is computed from
// the sockets, and stored with the watchers in one packed row when it changes. A heartbeat writes
// nothing and sends nothing. An alarm is set only while there are watchers: for the end of a lease,
// which no event reports, and for the end of the grace period after a disconnect.
import * as z from "zod";
import type { UserPort } from "../domain/ports";
import {
  type DeviceState,
  isWithinGracePeriod,
  isWithinLease,
  leaseEnd,
  type PresenceUpdate,
  statusOf,
} from "../domain/presence";
import { limits, type PresenceMode, presenceMode, presenceStatus, time, userId } from "../protocol";
import { PresenceUpdates } from "./presence-updates";

const storedPresence = z.object({
  /** The person. Stored because an alarm does not contain the user id. */
  user: userId.nullable().default(null),
  mode: presenceMode.default("auto"),
  status: presenceStatus.default("offline"),
  activeAt: time.nullable().default(null),
  /**
   * When a device was lost; null if a device connected within the grace period after that. After an
   * intended disconnect, a time before the grace period.
   */
  absentAt: time.nullable().default(null),
  version: z.int().default(0),
  /** Oldest first. */
  watchers: z.array(userId).default([]),
});

type StoredPresence = z.infer<typeof storedPresence>;

export interface UserPresenceHost {
  sql: SqlStorage;
  devices(): DeviceState[];
  userObject(user: string): UserPort;
  /** Returns those of `others` who share a channel with `me`. */
  sharing(me: string, others: string[]): Promise<string[]>;
  now(): number;
  /** Called when `dueAt` has changed. */
  rearm(): void;
}

export class UserPresence {
  #state: StoredPresence;
  readonly #updates: PresenceUpdates;

  constructor(private readonly host: UserPresenceHost) {
    const row = host.sql.exec<{ state: string }>("SELECT state FROM presence").toArray()[0];
    this.#state = storedPresence.parse(row ? JSON.parse(row.state) : {});
    this.#updates = new PresenceUpdates({
      newest: (me) => this.#newest(me),
      removeWatchers: (ended) =>
        this.#save({ watchers: this.#state.watchers.filter((watcher) => !ended.has(watcher)) }),
      userObject: (user) => host.userObject(user),
      rearm: () => host.rearm(),
      now: () => host.now(),
    });
  }

  /** Begins a watch. Returns what the watcher sees now. */
  watch(me: string, watcher: string): PresenceUpdate {
    const { watchers } = this.#state;
    this.#updates.watchedBy(watcher);
    if (!watchers.includes(watcher))
      this.#save({ user: me, watchers: [...watchers, watcher].slice(-limits.watchersPerUser) });
    this.evaluate(me);
    return this.#newest(me);
  }

  /**
   * Computes the status again, after an event or after time has passed. `leftAt`: when the last
   * device left.
   */
  evaluate(me: string, leftAt: number | null = null): void {
    const { mode, status: before, absentAt } = this.#state;
    const now = this.host.now();
    const devices = this.host.devices();
    const status = statusOf(mode, devices, now, before, absentAt);
    if (status !== before) {
      // The last disconnect may be long ago: devices have sent heartbeats since.
      const seenAt = leftAt ?? Math.max(absentAt ?? 0, ...devices.map(({ lastSeenAt }) => lastSeenAt));
      // The last activity of an invisible person stays hidden.
      const activeAt = status !== "offline" ? null : mode === "invisible" ? this.#state.activeAt : seenAt || now;
      this.#save({ user: me, status, activeAt, version: this.#state.version + 1 });
      this.#updates.send(me, this.#state.watchers);
    }
    this.host.rearm();
  }

  /** Call this when a device connected or reported whether it is in use. Ends the grace period. */
  deviceSeen(me: string): void {
    if (isWithinGracePeriod(this.#state.absentAt, this.host.now())) this.#save({ absentAt: null });
    this.evaluate(me);
  }

  /**
   * Call this when a device disconnected. `isIntended`: whether the client closed on purpose.
   * Otherwise the device may come back within the grace period.
   */
  deviceLeft(me: string, isIntended: boolean): void {
    const now = this.host.now();
    const isLast = !this.host.devices().some((device) => isWithinLease(device, now));
    // A lost connection also counts if another device is left: that device may be dead, which shows
    // only later.
    const isAbsence = isLast || !isIntended;
    if (isAbsence && this.#state.status !== "offline") {
      // After an intended disconnect the grace period is over.
      this.#save({ absentAt: isIntended ? now - limits.graceMs : now });
    }
    this.evaluate(me, isLast ? now : null);
  }

  setMode(me: string, mode: PresenceMode): void {
    if (mode === this.#state.mode) return;
    this.#save({ mode });
    this.evaluate(me);
  }

  /**
   * Removes watchers who no longer share a channel with this person. Called after this person left
   * a channel.
   */
  async pruneWatchers(): Promise<void> {
    const { user: me, watchers } = this.#state;
    if (me === null || watchers.length === 0) return;
    const sharing = new Set(await this.host.sharing(me, watchers));
    const remaining = this.#state.watchers.filter((watcher) => sharing.has(watcher));
    if (remaining.length < this.#state.watchers.length) this.#save({ watchers: remaining });
  }

  /** Resolves when every watcher that can be reached has the newest version. */
  async onAlarm(): Promise<void> {
    const me = this.#state.user;
    if (me === null) return;
    this.#updates.clearRetry();
    this.evaluate(me);
    await this.#updates.retry(me);
  }

  /** When others last saw the person online; null if they never did. Epoch milliseconds. */
  get lastSeenAt(): number | null {
    return this.#state.activeAt;
  }

  /** When presence must be evaluated even if no event occurs; null for never. */
  get dueAt(): number | null {
    const due = [this.#updates.retryAt, this.#changesAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** When the status may change without an event; null if there are no watchers. */
  get #changesAt(): number | null {
    const { status, absentAt, watchers } = this.#state;
    if (watchers.length === 0 || status === "offline") return null;
    const now = this.host.now();
    const alive = this.host.devices().filter((device) => isWithinLease(device, now));
    const graceEnd = (absentAt ?? 0) + limits.graceMs;
    if (alive.length === 0) return graceEnd;
    return graceEnd > now ? Math.min(graceEnd, leaseEnd(alive)) : leaseEnd(alive);
  }

  /**
   * Deletes the presence of an erased account. Watchers see the person as offline when the sockets
   * close.
   */
  clear(): void {
    this.#state = storedPresence.parse({ version: this.#state.version });
    this.host.sql.exec("DELETE FROM presence");
  }

  #newest(user: string): PresenceUpdate {
    const { status, activeAt, version } = this.#state;
    return { user, status, activeAt, version };
  }

  #save(change: Partial<StoredPresence>): void {
    this.#state = { ...this.#state, ...change };
    this.host.sql.exec("INSERT OR REPLACE INTO presence (id, state) VALUES (1, ?)", JSON.stringify(this.#state));
  }
}
