// Sends the newest presence of a person to the user objects that watch it. Each watcher is called
// once at a time, so that one that does not answer delays nobody else, and always with the newest
// version. A watcher that could not be reached is called again by the alarm.
import type { UserPort } from "../domain/ports";
import type { PresenceUpdate } from "../domain/presence";
import { withTimeout } from "../runtime/deadline";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";

const RETRY_MS = 5_000;

export interface PresenceUpdatesHost {
  newest(me: string): PresenceUpdate;
  /** Removes watchers that no longer watch. */
  removeWatchers(ended: ReadonlySet<string>): void;
  userObject(user: string): UserPort;
  /** `retryAt` has changed. */
  rearm(): void;
  now(): number;
}

export class PresenceUpdates {
  /** Watchers that have not received the newest version. */
  readonly #outdated = new Set<string>();
  /** Calls in progress, by watcher. */
  readonly #requests = new Map<string, Promise<void>>();
  /** Watchers that began to watch during a call, so that its answer does not end their watch. */
  readonly #watchedAgain = new Set<string>();
  /** Watchers that no longer watch; removed together, in one write. */
  readonly #ended = new Set<string>();
  #retryAt: number | null = null;

  constructor(private readonly host: PresenceUpdatesHost) {}

  /** When watchers have to be called again; null for never. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** A user object begins to watch, or repeats that it does. */
  watchedBy(watcher: string): void {
    this.#watchedAgain.add(watcher);
    this.#ended.delete(watcher);
  }

  /** There is a new version for these watchers. */
  send(me: string, watchers: readonly string[]): void {
    for (const watcher of watchers) this.#outdated.add(watcher);
    this.#sendToOutdated(me);
  }

  /**
   * The alarm fired. The caller evaluates presence, which may send a newer version, and then calls
   * `retry`.
   */
  clearRetry(): void {
    this.#retryAt = null;
  }

  /** Calls outdated watchers again. Resolves when every call has ended. */
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
          if (this.#requests.size === 0) this.#removeEnded();
        }),
      );
    }
  }

  async #sendNewest(me: string, watcher: string): Promise<void> {
    while (this.#outdated.delete(watcher)) {
      this.#watchedAgain.delete(watcher);
      const isWatching = await this.#request(watcher, this.host.newest(me));
      if (isWatching === false && !this.#watchedAgain.has(watcher)) this.#ended.add(watcher);
      if (isWatching !== null) continue;
      this.#outdated.add(watcher);
      this.#retryAt = this.host.now() + RETRY_MS;
      this.host.rearm();
      return;
    }
  }

  #removeEnded(): void {
    if (this.#ended.size === 0) return;
    this.host.removeWatchers(this.#ended);
    this.#ended.clear();
  }

  /** Whether the user object still watches; null where it could not be reached. */
  async #request(watcher: string, update: PresenceUpdate): Promise<boolean | null> {
    try {
      return await withTimeout(
        retry(() => this.host.userObject(watcher).receivePresence(update)),
        RETRY_MS,
      );
    } catch (error) {
      logError("presence.update-failed", error, { watcher });
      return null;
    }
  }
}
