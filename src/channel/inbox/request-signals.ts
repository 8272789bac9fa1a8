// Tells people who were asked into a direct channel that its newest message changed. They are no
// members: they get no row, only the signal that their list of requests is to be loaded again.
import type { UserPort } from "../../domain/ports";
import type { Event } from "../../protocol";
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";

/** The time between two signals of one channel. */
const SIGNAL_EVERY_MS = 10_000;

export interface RequestSignalsHost {
  pending(): readonly string[];
  userObject(user: string): UserPort;
  now(): number;
  arm(at: number): void;
}

export class RequestSignals {
  #sentAt = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(private readonly host: RequestSignalsHost) {}

  /** A message that was sent, edited or deleted may change the preview of a request. */
  onEntriesAppended(events: readonly Event[]): void {
    if (this.host.pending().length === 0 || !events.some(({ type }) => type.startsWith("message."))) return;
    this.#isDue = true;
    this.send();
  }

  /** Sends what is due, now or with an alarm. A signal that fails is logged and not repeated. */
  send(): void {
    if (!this.#isDue) return;
    const now = this.host.now();
    if (now - this.#sentAt < SIGNAL_EVERY_MS) {
      this.host.arm(this.#sentAt + SIGNAL_EVERY_MS);
      return;
    }
    this.#isDue = false;
    this.#sentAt = now;
    for (const user of this.host.pending()) void this.#signal(user);
  }

  async #signal(user: string): Promise<void> {
    try {
      await retry(() => this.host.userObject(user).saveSetting(user, { kind: "requests" }));
    } catch (error) {
      logError("request.signal-failed", error, { user });
    }
  }
}
