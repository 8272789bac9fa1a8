// Writes the settings of notifications and blocks to the directory, where others read them. This
// object decides about a setting and stores it first. What the directory does not have yet stays
// marked, and the alarm repeats it, so that devices and notifications agree in the end.
import type { PeoplePort } from "../domain/ports";
import { logError } from "../runtime/logger";
import { exponentialBackoff } from "../runtime/retry";
import type { DueAlarm, DueWork } from "./alarm";
import type { Settings } from "./settings";

const RETRY_MS = 5_000;
const RETRY_MAX_MS = 600_000;

export class SettingWriter implements DueWork {
  /** When the next attempt is due; null if the directory has everything. */
  #dueAt: number | null;
  #failures = 0;
  /** The last write. Writes run one after the other, so that the newest setting is written last. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly settings: Settings,
    private readonly people: PeoplePort,
    private readonly alarm: DueAlarm,
    private readonly now: () => number,
  ) {
    this.#dueAt = settings.unwritten().length > 0 ? now() : null;
  }

  get dueAt(): number | null {
    return this.#dueAt;
  }

  /**
   * Writes what the directory does not have yet. Rejects if a write failed: then the alarm repeats
   * it.
   */
  write(): Promise<void> {
    if (this.settings.unwritten().length === 0) return Promise.resolve();
    // Before the write, because the object may end during it.
    this.#retryIn(RETRY_MS);
    const write = this.#last.then(() => this.#writeAll());
    this.#last = write.catch(() => {});
    return write;
  }

  /** Repeats failed writes. Call this when the alarm fires. */
  async onAlarm(): Promise<void> {
    if (this.#dueAt === null) return;
    // The alarm fired for something else. It is the object's only one, so it is set again.
    if (this.#dueAt > this.now()) return this.alarm.rearm();
    // A failure is logged and has set the next attempt.
    await this.write().catch(() => {});
  }

  async #writeAll(): Promise<void> {
    const { settings, people } = this;
    for (const { key, version, user, setting } of settings.unwritten()) {
      try {
        if (setting.kind === "block") await people.saveBlock(user, setting.block);
        else await people.saveNotificationSetting(user, setting);
      } catch (error) {
        logError("settings.write-failed", error, { user });
        this.#retryIn(exponentialBackoff(++this.#failures, RETRY_MS, RETRY_MAX_MS));
        throw error;
      }
      settings.written(key, version);
    }
    this.#failures = 0;
    // A setting that was stored meanwhile is written by a later call.
    if (settings.unwritten().length === 0) this.#dueAt = null;
  }

  #retryIn(ms: number): void {
    this.#dueAt = this.now() + ms;
    this.alarm.rearm();
  }
}
