// Removes the channel from the inbox of former members. The alarm repeats this until the user
// object has confirmed it, also after a crash: the members who leave are in the saved state.
import { logError } from "../../runtime/logger";
import { exponentialBackoff, retry } from "../../runtime/retry";
import { type ChannelAlarm, REDELIVERY_MS } from "../alarm";
import type { Log } from "../log/log";
import type { MemberStates } from "../members/member-states";
import type { RosterMirror } from "../members/roster-mirror";
import type { UserObjects } from "../user-objects";
import type { FanOut } from "./fan-out";

/** How many inboxes are asked at the same time. A large channel may lose thousands of members. */
const CONCURRENCY = 100;
/** The longest pause before an inbox that could not be reached is asked again. */
const RETRY_MAX_MS = 600_000;

export interface InboxRemovalsParts {
  log: Log;
  roster: RosterMirror;
  memberStates: MemberStates;
  fanOut: FanOut;
  userObjects: UserObjects;
  alarm: ChannelAlarm;
  now(): number;
}

export class InboxRemovals {
  /** How often in a row an inbox could not be reached. */
  #failures = 0;
  #retryAt = 0;
  /** How many removals are under way. */
  #active = 0;

  constructor(private readonly parts: InboxRemovalsParts) {}

  /** Removes the channel from the inbox of a former member, who is in `memberStates.leaving`. */
  begin(user: string): void {
    const { memberStates, fanOut, alarm, now } = this.parts;
    memberStates.forget(user);
    alarm.arm(now() + REDELIVERY_MS);
    // One of those that are under way continues with the rest.
    if (this.#active >= CONCURRENCY) return;
    this.#active++;
    fanOut.runInstead(user, () => this.#remove(user));
  }

  /** Repeats the removals that failed or that a crash interrupted. */
  onAlarm(): void {
    const { memberStates, alarm, now } = this.parts;
    if (memberStates.leaving.size === 0) return;
    if (now() < this.#retryAt) alarm.arm(this.#retryAt);
    else this.repeat();
  }

  /** Repeats the removals that no user object has confirmed. */
  repeat(): void {
    const { memberStates, roster, fanOut } = this.parts;
    for (const user of memberStates.leaving) {
      if (fanOut.isDeliveringTo(user)) continue;
      // A member who joined again keeps the channel.
      if (roster.get(user)) memberStates.endLeaving(user);
      else this.begin(user);
    }
  }

  async #remove(user: string): Promise<void> {
    const { log, userObjects, memberStates, alarm, now } = this.parts;
    try {
      await retry(() => userObjects.of(user).removeChannel(log.header.channel, user));
      memberStates.endLeaving(user);
      this.#failures = 0;
    } catch (error) {
      logError("fan-out.drop-failed", error, { user });
      this.#retryAt = now() + exponentialBackoff(++this.#failures, REDELIVERY_MS, RETRY_MAX_MS);
      alarm.arm(this.#retryAt);
    } finally {
      this.#active--;
      this.#removeNext();
    }
  }

  /** Begins a removal that waits for another one, unless removals fail. */
  #removeNext(): void {
    const { memberStates, roster, fanOut, now } = this.parts;
    if (memberStates.leaving.size <= this.#active || now() < this.#retryAt) return;
    for (const user of memberStates.leaving) {
      if (fanOut.isDeliveringTo(user)) continue;
      if (roster.get(user) === null) {
        this.begin(user);
        return;
      }
      memberStates.endLeaving(user);
    }
  }
}
