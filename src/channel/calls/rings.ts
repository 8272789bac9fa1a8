// Rings: the signals that a call reaches people with who do not show the channel. Each goes through
// the user object to every device of the person, and as one push to devices that are not connected.
// Nothing is repeated: a ring that comes late is worth nothing.
import type { PushQueue } from "../../domain/notification-ports";
import type { PersonalSignal, PushJob, RingEnded, RingStarted } from "../../protocol";
import { withTimeout } from "../../runtime/deadline";
import { logError } from "../../runtime/logger";
import type { CallRecord } from "../log/call-record";
import type { LogHeader } from "../log/log-header";
import type { UserObjects } from "../user-objects";

/** How long a ring waits for a user object. */
const SIGNAL_WAIT_MS = 5_000;

export interface RingsParts {
  header: LogHeader;
  userObjects: UserObjects;
  pushQueue: PushQueue;
  now(): number;
}

export class Rings {
  constructor(private readonly parts: RingsParts) {}

  /**
   * Rings for these people. `onSilenced` is called with each of them who does not want to be
   * disturbed now.
   */
  start(
    { call, by, video }: CallRecord,
    users: readonly string[],
    lastsMs: number,
    onSilenced: (user: string) => void,
  ): void {
    const { channel, epochNumber } = this.parts.header;
    const signal: RingStarted = { type: "ring.started", channel, call, epochNumber, from: by, video, lastsMs };
    this.#send(users, signal, onSilenced);
  }

  /** Ends the ringing for these people, also in the notifications that their devices show. */
  end({ call }: Pick<CallRecord, "call">, users: readonly string[], reason: RingEnded["reason"]): void {
    const { channel, epochNumber } = this.parts.header;
    this.#send(users, { type: "ring.ended", channel, call, epochNumber, reason }, () => {});
  }

  #send(users: readonly string[], signal: PersonalSignal, onSilenced: (user: string) => void): void {
    if (users.length === 0) return;
    const { header, pushQueue, now } = this.parts;
    for (const user of users) void this.#signal(user, signal, onSilenced);
    const { channel, kind, name } = header;
    const id = `ring:${channel}:${signal.call}:${crypto.randomUUID()}`;
    const job: PushJob = { kind: "ring", id, channel, channelKind: kind, name, users: [...users], signal, at: now() };
    pushQueue.send(job).catch((error: unknown) => logError("ring.push-failed", error, { channel }));
  }

  async #signal(user: string, signal: PersonalSignal, onSilenced: (user: string) => void): Promise<void> {
    try {
      const result = await withTimeout(this.parts.userObjects.of(user).signal(signal), SIGNAL_WAIT_MS);
      if (result === "silenced") onSilenced(user);
    } catch (error) {
      logError("ring.signal-failed", error, { user });
    }
  }
}
