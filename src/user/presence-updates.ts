// Sends the newest presence of a person to the user objects that watch this person. Each watcher
// has one request at a time, always with the newest version, so that a watcher that does not answer
// delays no other. The alarm repeats requests that failed.
import type { UsersPort } from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import { withTimeout } from "../runtime/deadline";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import type { DueAlarm } from "./alarm";
import type { PresenceRecord } from "./presence-record";

const RETRY_MS = 5_000;

export class PresenceUpdates {
  /** Watchers that have not received the newest version. Bound: `watchersPerUser` ids. */
  readonly #outdated = new Set<string>();
  /** Requests in progress, by watcher. Bound: `watchersPerUser`. */
  readonly #requests = new Map<string, Promise<void>>();
  /**
   * Watchers that began to watch during a request, so that the answer does not end their watch.
   * Bound: the requests in progress.
   */
  readonly #watchedAgain = new Set<string>();
  /** Watchers that no longer watch, to be removed in one write. Bound: the requests. */
  readonly #ended = new Set<string>();
  #retryAt: number | null = null;

  constructor(
    private readonly record: PresenceRecord,
    private readonly users: UsersPort,
    private readonly alarm: Pick<DueAlarm, "rearm">,
    private readonly now: () => number,
  ) {}

  /** The number of user ids in memory. */
  get size(): number {
    return this.#outdated.size + this.#requests.size + this.#watchedAgain.size + this.#ended.size;
  }

  /** When requests must be repeated; null for never. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** Call this when a user object begins to watch or repeats its watch. */
  watchedBy(watcher: string): void {
    if (this.#requests.has(watcher)) this.#watchedAgain.add(watcher);
    this.#ended.delete(watcher);
  }

  /** Sends a new version to these watchers. */
  send(me: string, watchers: readonly string[]): void {
    for (const watcher of watchers) this.#outdated.add(watcher);
    this.#sendToOutdated(me);
  }

  /**
   * Sends an update to a person who watches no longer. One that is lost is not repeated: the next
   * watch of this person answers the same.
   */
  sendLast(watcher: string, update: PresenceUpdate): void {
    this.#outdated.delete(watcher);
    void this.#request(watcher, update);
  }

  /**
   * Call this when the alarm fires. Then evaluate presence, which may send a newer version, and
   * call `retry`.
   */
  clearRetry(): void {
    this.#retryAt = null;
  }

  /** Sends the newest version to outdated watchers again. Resolves when every request has ended. */
  async retry(me: string): Promise<void> {
    this.#sendToOutdated(me);
    await Promise.all(this.#requests.values());
  }

  #sendToOutdated(me: string): void {
    for (const watcher of this.#outdated) {
      if (this.#requests.has(watcher)) continue;
      this.#requests.set(
        watcher,
        this.#sendNewest(me, watcher).finally(() => {
          this.#requests.delete(watcher);
          this.#watchedAgain.delete(watcher);
          if (this.#requests.size === 0) this.#removeEnded();
        }),
      );
    }
  }

  async #sendNewest(me: string, watcher: string): Promise<void> {
    while (this.#outdated.delete(watcher)) {
      this.#watchedAgain.delete(watcher);
      const isWatching = await this.#request(watcher, this.record.update(me));
      if (isWatching === false && !this.#watchedAgain.has(watcher)) this.#ended.add(watcher);
      if (isWatching !== null) continue;
      this.#outdated.add(watcher);
      this.#retryAt = this.now() + RETRY_MS;
      this.alarm.rearm();
      return;
    }
  }

  #removeEnded(): void {
    if (this.#ended.size === 0) return;
    this.record.keepWatchers((watcher) => !this.#ended.has(watcher));
    this.#ended.clear();
  }

  /** Returns whether the user object still watches; null if it could not be reached. */
  async #request(watcher: string, update: PresenceUpdate): Promise<boolean | null> {
    try {
      return await withTimeout(
        retry(() => this.users.getByName(watcher).receivePresence(update)),
        RETRY_MS,
      );
    } catch (error) {
      logError("presence.update-failed", error, { watcher });
      return null;
    }
  }
}
