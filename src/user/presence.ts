// Whether this person is there, and who wants to know. What others see is computed from the sockets and stored, with its watchers, in one packed row
// when it changes; a heartbeat writes nothing and wakes nobody. An alarm is armed only while somebody watches: for the end of a lease, which no
// event tells, and for the end of a drop that may be none.
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
import { withTimeout } from "../runtime/deadline";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";

const TELL_AGAIN_MS = 5_000;

const packed = z.object({
  /** Whose it is: an alarm does not say. */
  user: userId.nullable().default(null),
  mode: presenceMode.default("auto"),
  status: presenceStatus.default("offline"),
  activeAt: time.nullable().default(null),
  /** Since when no device is connected, where the last one went without a word. */
  absentAt: time.nullable().default(null),
  version: z.int().default(0),
  /** Oldest first. */
  watchers: z.array(userId).default([]),
});

export interface UserPresenceHost {
  sql: SqlStorage;
  /** My devices as they stand. */
  devices(): DeviceState[];
  userObject(user: string): UserPort;
  /** Who of these shares a channel with me. */
  sharing(me: string, others: string[]): Promise<string[]>;
  now(): number;
  /** Something is due at another time now. */
  rearm(): void;
}

export class UserPresence {
  #state: z.infer<typeof packed>;
  /** Watchers who have not heard of the newest version. */
  readonly #untold = new Set<string>();
  /** Watchers who are being told: one that does not answer keeps nobody else waiting. */
  readonly #telling = new Map<string, Promise<void>>();
  /** Watchers who asked while they were told: whoever did not watch before does since. */
  readonly #askedAnew = new Set<string>();
  /** Watchers who said that they do not watch any more: forgotten together, in one row. */
  readonly #gone = new Set<string>();
  #tellAt: number | null = null;

  constructor(private readonly host: UserPresenceHost) {
    const row = host.sql.exec<{ state: string }>("SELECT state FROM presence").toArray()[0];
    this.#state = packed.parse(row ? JSON.parse(row.state) : {});
  }

  /** Somebody wants to hear of me from here on. Answers what they see now. */
  watch(me: string, watcher: string): PresenceUpdate {
    const { watchers } = this.#state;
    this.#askedAnew.add(watcher);
    this.#gone.delete(watcher);
    if (!watchers.includes(watcher))
      this.#save({ user: me, watchers: [...watchers, watcher].slice(-limits.watchersPerUser) });
    this.evaluate(me);
    return this.#note(me);
  }

  /** A device came, went with a word, or is used differently; or time has passed. */
  evaluate(me: string, leftAt: number | null = null): void {
    const { mode, status: before, absentAt } = this.#state;
    const now = this.host.now();
    const devices = this.host.devices();
    const status = statusOf(mode, devices, now, before, absentAt);
    if (status !== before) {
      // The last drop may be long ago: they came back since, and were heard.
      const seenAt = leftAt ?? Math.max(absentAt ?? 0, ...devices.map(({ lastSeenAt }) => lastSeenAt));
      // Nobody may know when somebody invisible was there.
      const activeAt = status !== "offline" ? null : mode === "invisible" ? this.#state.activeAt : seenAt || now;
      this.#save({ user: me, status, activeAt, version: this.#state.version + 1 });
      for (const watcher of this.#state.watchers) this.#untold.add(watcher);
      this.#tell(me);
    }
    this.host.rearm();
  }

  /** A device came, or says how it is used: whatever dropped before it is no drop any more. */
  heardOf(me: string): void {
    if (isWithinGracePeriod(this.#state.absentAt, this.host.now())) this.#save({ absentAt: null });
    this.evaluate(me);
  }

  /** A device is gone. `isMeant`: with a word; otherwise it may be back at once. */
  left(me: string, isMeant: boolean): void {
    const now = this.host.now();
    const isLast = !this.host.devices().some((device) => isWithinLease(device, now));
    // With a word: long ago, as far as a drop goes.
    // Without one it counts though another is left: that may be dead, and found so before this one is back.
    const counts = isLast || !isMeant;
    if (counts && this.#state.status !== "offline") this.#save({ absentAt: isMeant ? now - limits.graceMs : now });
    this.evaluate(me, isLast ? now : null);
  }

  setMode(me: string, mode: PresenceMode): void {
    if (mode === this.#state.mode) return;
    this.#save({ mode });
    this.evaluate(me);
  }

  /** Somebody left a channel of mine, or I did: only who still shares one goes on hearing of me. */
  async review(): Promise<void> {
    const { user: me, watchers } = this.#state;
    if (me === null || watchers.length === 0) return;
    const still = new Set(await this.host.sharing(me, watchers));
    const kept = this.#state.watchers.filter((watcher) => still.has(watcher));
    if (kept.length < this.#state.watchers.length) this.#save({ watchers: kept });
  }

  /** The alarm rang. Resolves when everybody has been told who can be. */
  async ring(): Promise<void> {
    const me = this.#state.user;
    if (me === null) return;
    this.#tellAt = null;
    this.evaluate(me);
    this.#tell(me);
    await Promise.all(this.#telling.values());
  }

  /** When something has to be looked at though nothing happens; null for never. */
  get dueAt(): number | null {
    const due = [this.#tellAt, this.#changesAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** When the status may be another one by itself; null where nobody would see it. */
  get #changesAt(): number | null {
    const { status, absentAt, watchers } = this.#state;
    if (watchers.length === 0 || status === "offline") return null;
    const now = this.host.now();
    const alive = this.host.devices().filter((device) => isWithinLease(device, now));
    const graceEnd = (absentAt ?? 0) + limits.graceMs;
    if (alive.length === 0) return graceEnd;
    return graceEnd > now ? Math.min(graceEnd, leaseEnd(alive)) : leaseEnd(alive);
  }

  /** The account is gone: so is who they were. Whoever watches sees them go with their sockets. */
  clear(): void {
    this.#state = packed.parse({ version: this.#state.version });
    this.host.sql.exec("DELETE FROM presence");
  }

  #note(user: string): PresenceUpdate {
    const { status, activeAt, version } = this.#state;
    return { user, status, activeAt, version };
  }

  #save(change: Partial<z.infer<typeof packed>>): void {
    this.#state = { ...this.#state, ...change };
    this.host.sql.exec("INSERT OR REPLACE INTO presence (id, state) VALUES (1, ?)", JSON.stringify(this.#state));
  }

  /** Whoever has not heard of the newest version is told of it. */
  #tell(me: string): void {
    for (const watcher of this.#untold) {
      if (this.#telling.has(watcher)) continue;
      this.#telling.set(
        watcher,
        this.#tellNewest(me, watcher).finally(() => {
          this.#telling.delete(watcher);
          if (this.#telling.size === 0) this.#forgetGone();
        }),
      );
    }
  }

  async #tellNewest(me: string, watcher: string): Promise<void> {
    while (this.#untold.delete(watcher)) {
      this.#askedAnew.delete(watcher);
      const answer = await this.#tellOne(watcher, this.#note(me));
      if (answer === false && !this.#askedAnew.has(watcher)) this.#gone.add(watcher);
      if (answer !== null) continue;
      this.#untold.add(watcher);
      this.#tellAt = this.host.now() + TELL_AGAIN_MS;
      this.host.rearm();
      return;
    }
  }

  #forgetGone(): void {
    if (this.#gone.size === 0) return;
    this.#save({ watchers: this.#state.watchers.filter((watcher) => !this.#gone.has(watcher)) });
    this.#gone.clear();
  }

  /** Whether they still watch; null where they could not be told. */
  async #tellOne(watcher: string, note: PresenceUpdate): Promise<boolean | null> {
    try {
      return await withTimeout(
        retry(() => this.host.userObject(watcher).receivePresence(note)),
        TELL_AGAIN_MS,
      );
    } catch (error) {
      logError("presence.tell", error, { watcher });
      return null;
    }
  }
}
