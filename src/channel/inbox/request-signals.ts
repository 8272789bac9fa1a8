// Tells people who were asked into a direct channel that its newest message changed. They are no
// members: they get no row, only the signal that their list of requests is to be loaded again.
import { logError } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import type { ChannelAlarm } from "../alarm";
import type { RosterMirror } from "../members/roster-mirror";
import type { TurnCommitted, TurnListener } from "../turn-committed";
import type { UserObjects } from "../user-objects";

/** The time between two signals of one channel. */
const SIGNAL_EVERY_MS = 10_000;

export interface RequestSignalsParts {
  roster: RosterMirror;
  userObjects: UserObjects;
  alarm: ChannelAlarm;
  now(): number;
}

export class RequestSignals implements TurnListener {
  #sentAt = Number.NEGATIVE_INFINITY;
  #isDue = false;

  constructor(private readonly parts: RequestSignalsParts) {}

  /** A message that was sent, edited or deleted may change the preview of a request. */
  onTurnCommitted({ events }: TurnCommitted): void {
    if (this.parts.roster.pending.length === 0 || !events.some(({ type }) => type.startsWith("message."))) return;
    this.#isDue = true;
    this.send();
  }

  /** Sends what is due, now or with an alarm. A signal that fails is logged and not repeated. */
  send(): void {
    if (!this.#isDue) return;
    const now = this.parts.now();
    if (now - this.#sentAt < SIGNAL_EVERY_MS) {
      this.parts.alarm.arm(this.#sentAt + SIGNAL_EVERY_MS);
      return;
    }
    this.#isDue = false;
    this.#sentAt = now;
    for (const user of this.parts.roster.pending) void this.#signal(user);
  }

  async #signal(user: string): Promise<void> {
    try {
      await retry(() => this.parts.userObjects.of(user).saveSetting(user, { kind: "requests" }));
    } catch (error) {
      logError("request.signal-failed", error, { user });
    }
  }
}
