// What is stored of the presence of this person: the status that others see and the watchers, in
// one packed row, which is written when it changes.
import * as z from "zod";
import type { PresenceUpdate } from "../domain/presence";
import { limits, presenceMode, presenceStatus, time, userId } from "../protocol";

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

export class PresenceRecord {
  #state: StoredPresence;

  constructor(private readonly sql: SqlStorage) {
    const row = sql.exec<{ state: string }>("SELECT state FROM presence").toArray()[0];
    this.#state = storedPresence.parse(row ? JSON.parse(row.state) : {});
  }

  get state(): Readonly<StoredPresence> {
    return this.#state;
  }

  save(change: Partial<StoredPresence>): void {
    this.#state = { ...this.#state, ...change };
    this.sql.exec("INSERT OR REPLACE INTO presence (id, state) VALUES (1, ?)", JSON.stringify(this.#state));
  }

  /** Adds a watcher of the person `me`, unless they watch already. Drops the oldest if too many. */
  addWatcher(me: string, watcher: string): void {
    const { watchers } = this.#state;
    if (watchers.includes(watcher)) return;
    this.save({ user: me, watchers: [...watchers, watcher].slice(-limits.watchersPerUser) });
  }

  /** Removes the watchers that `remains` refuses. Writes nothing if all remain. */
  keepWatchers(remains: (watcher: string) => boolean): void {
    const watchers = this.#state.watchers.filter(remains);
    if (watchers.length < this.#state.watchers.length) this.save({ watchers });
  }

  /** Returns the update that a watcher of the person `me` gets now. */
  update(me: string): PresenceUpdate {
    const { status, activeAt, version } = this.#state;
    return { user: me, status, activeAt, version };
  }

  /** Deletes everything except the version, which never goes back. */
  clear(): void {
    this.#state = storedPresence.parse({ version: this.#state.version });
    this.sql.exec("DELETE FROM presence");
  }
}
