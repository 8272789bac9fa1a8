// Telling members that the channel moved on: a cursor per member, not an outbox. Each member's user object is called with the row their
// inbox should show, one call at a time, a few a second at most; what happens meanwhile is in the next call. Someone whose user object
// answers `asleep` is not called again until it calls `wake`. What a crash cuts short, the alarm that the turn armed does again.
import type { UserPort } from "../domain/ports";
import type { RosterMember } from "../domain/roster";
import { type InboxRow, limits } from "../protocol";
import { logFault } from "../runtime/log";
import { retry } from "../runtime/retry";
import type { Standing } from "./standing";

/** Sooner than the object falls asleep (10 s), so that the alarm usually finds the memory of who was told, and has nothing to do. */
const REPAIR_MS = 5_000;

export interface FanOutHost {
  members(): RosterMember[];
  rowOf(user: string): InboxRow;
  isHere(user: string): boolean;
  userObject(user: string): UserPort;
  now(): number;
  /** The alarm rings at `at` or before and calls `advance`. */
  arm(at: number): void;
}

interface Told {
  head: number;
  read: number;
  at: number;
}

export class FanOut {
  readonly #told = new Map<string, Told>();
  readonly #calls = new Map<string, { woken: boolean; ended: Promise<void> }>();

  constructor(
    private readonly host: FanOutHost,
    private readonly standing: Standing,
  ) {}

  /** The log moved: everyone who is due is told, now or a moment later. */
  moved(): void {
    this.host.arm(this.host.now() + REPAIR_MS);
    this.advance();
  }

  /** Tells everyone who is behind. */
  advance(): void {
    for (const { user } of this.host.members()) this.tell(user);
  }

  /** Tells one person if they are behind; `urgent` does not wait for the pause between two calls. */
  tell(user: string, urgent = false): void {
    if (this.standing.isQuiet(user) || this.#calls.has(user)) return;
    const row = this.host.rowOf(user);
    const told = this.#told.get(user);
    if (told && told.head === row.head && told.read === row.read) return;
    const now = this.host.now();
    const pauseMs = this.host.isHere(user) ? limits.signalHereMs : limits.signalMs;
    if (told && !urgent && now - told.at < pauseMs) {
      this.host.arm(told.at + pauseMs);
      return;
    }
    this.#told.set(user, { head: row.head, read: row.read, at: now });
    const call = { woken: false, ended: Promise.resolve() };
    this.#calls.set(user, call);
    call.ended = this.#call(user, row, call);
  }

  async #call(user: string, row: InboxRow, call: { woken: boolean }): Promise<void> {
    try {
      const answer = await retry(() => this.host.userObject(user).deliver(row));
      // An answer given before they woke says nothing any more.
      if (answer === "asleep" && !call.woken) this.standing.silence(user);
      this.#calls.delete(user);
      this.tell(user);
    } catch (error) {
      logFault("fan-out.failed", error, { user });
      this.#calls.delete(user);
      this.#told.delete(user);
      this.host.arm(this.host.now() + REPAIR_MS);
    }
  }

  /** The person is online and has been given `row`: signals are due again. */
  woke(user: string, row: InboxRow): void {
    const now = this.host.now();
    const call = this.#calls.get(user);
    if (call) call.woken = true;
    this.standing.rouse(user, now);
    this.#told.set(user, { head: row.head, read: row.read, at: now });
  }

  forget(user: string): void {
    this.#told.delete(user);
    this.standing.forget(user);
  }

  /** Resolves when no call is under way. */
  async settled(): Promise<void> {
    while (this.#calls.size > 0) await Promise.all([...this.#calls.values()].map((call) => call.ended));
  }
}
