// What others have to see of one person, computed from what was done and never from what the server
// says. An action takes effect between its beginning and its answer, and others see it a moment
// later. Until then the previous status may still be seen, but never a status that has not begun.
import type { PresenceStatus } from "../../../src/protocol/presence.ts";

/** How long after a change every observer must have seen it. */
export const SEEN_WITHIN_MS = 5_000;
/** The difference between a timer of the server and one of this process. */
const CLOCKS_MS = 50;
/** More steps than any check looks back at. */
const REMEMBERED = 16;

const ALWAYS = Number.NEGATIVE_INFINITY;

export interface StatusStep {
  status: PresenceStatus;
  /** What caused it. */
  cause: string;
  /** When the cause was; delays are measured from it. */
  since: number;
  /**
   * The earliest and the latest moment at which it takes effect; infinite while the action is under
   * way.
   */
  from: number;
  to: number;
}

export class PresenceModel {
  #steps: StatusStep[] = [{ status: "offline", cause: "made", since: ALWAYS, from: ALWAYS, to: ALWAYS }];

  /** An action that leads to `status` has begun. */
  begin(status: PresenceStatus, cause: string, now: number): StatusStep {
    const step: StatusStep = { status, cause, since: now, from: now, to: Number.POSITIVE_INFINITY };
    this.#steps.push(step);
    return step;
  }

  /** The action is done: earlier steps are over, and those expected without it do not come. */
  settle(step: StatusStep, now: number): void {
    step.to = Math.min(step.to, now);
    const at = this.#steps.indexOf(step);
    if (at < 0) return;
    const before = this.#steps.slice(0, at).filter(({ from }) => from <= now);
    for (const each of before) each.to = Math.min(each.to, now);
    const isNews = before.at(-1)?.status !== step.status;
    this.#steps = [...before, ...(isNews ? [step] : []), ...this.#steps.slice(at + 1)].slice(-REMEMBERED);
  }

  /**
   * The status will change at `from` without another action; `to` where the moment is known only
   * roughly.
   */
  expect(status: PresenceStatus, cause: string, since: number, from: number, to = from): void {
    if (this.#steps.at(-1)?.status !== status) this.#steps.push({ status, cause, since, from, to });
  }

  /** Whether an observer may receive this status at that time. */
  allows(status: PresenceStatus, at: number): boolean {
    return this.#steps.some((step, index) => {
      const next = this.#steps[index + 1];
      const isOver = next !== undefined && next.to + SEEN_WITHIN_MS < at;
      return step.status === status && step.from - CLOCKS_MS <= at && !isOver;
    });
  }

  /** The present step, settled or not. */
  current(now: number): StatusStep {
    const step = this.#steps.findLast(({ from }) => from - CLOCKS_MS <= now) ?? this.#steps[0];
    if (!step) throw new Error("a person has no first step");
    return step;
  }

  /** The only status that may still be seen; null where one has just changed or is about to. */
  certain(now: number): StatusStep | null {
    const step = this.current(now);
    const isQuiet = this.#steps.every(({ from, to }) => from > now + CLOCKS_MS || to + SEEN_WITHIN_MS < now);
    return isQuiet ? step : null;
  }

  /** The last steps, for error messages. */
  toString(): string {
    const now = Date.now();
    const seconds = (at: number) => (Number.isFinite(at) ? ((at - now) / 1_000).toFixed(1) : "?");
    return this.#steps
      .slice(-5)
      .map(({ status, cause, from, to }) => `${status} (${cause}, ${seconds(from)} to ${seconds(to)} s)`)
      .join(", ");
  }
}
