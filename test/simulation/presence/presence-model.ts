// What one person is to be seen as, by what was done and never by what the server says. What was done takes effect somewhere between its
// beginning and its answer, and is told a moment later: until then what was before may still be heard, but never what was not yet.
import type { PresenceStatus } from "../../../src/protocol/presence.ts";

/** How long after a change everybody has to have heard of it. */
export const SEEN_WITHIN_MS = 5_000;
/** A timer of the server and one of ours do not strike at once. */
const CLOCKS_MS = 50;
/** More than anybody looks back at. */
const REMEMBERED = 16;

const ALWAYS = Number.NEGATIVE_INFINITY;

export interface StatusStep {
  status: PresenceStatus;
  /** What it came of. */
  cause: string;
  /** When that was: what the time until it is seen is measured from. */
  since: number;
  /** It is so at the earliest, and at the latest; infinite while it is being done. */
  from: number;
  to: number;
}

export class PresenceModel {
  #steps: StatusStep[] = [{ status: "offline", cause: "made", since: ALWAYS, from: ALWAYS, to: ALWAYS }];

  /** Something is being done that leads to `status`. */
  begin(status: PresenceStatus, cause: string, now: number): StatusStep {
    const step: StatusStep = { status, cause, since: now, from: now, to: Number.POSITIVE_INFINITY };
    this.#steps.push(step);
    return step;
  }

  /** It is done: all before it is over, and what would have come without it does not. */
  settle(step: StatusStep, now: number): void {
    step.to = Math.min(step.to, now);
    const at = this.#steps.indexOf(step);
    if (at < 0) return;
    const before = this.#steps.slice(0, at).filter(({ from }) => from <= now);
    for (const each of before) each.to = Math.min(each.to, now);
    const isNews = before.at(-1)?.status !== step.status;
    this.#steps = [...before, ...(isNews ? [step] : []), ...this.#steps.slice(at + 1)].slice(-REMEMBERED);
  }

  /** Nothing more is done, and yet it will be so from then on; `to` where that is known only roughly. */
  expect(status: PresenceStatus, cause: string, since: number, from: number, to = from): void {
    if (this.#steps.at(-1)?.status !== status) this.#steps.push({ status, cause, since, from, to });
  }

  /** Whether somebody may hear this at that time. */
  allows(status: PresenceStatus, at: number): boolean {
    return this.#steps.some((step, index) => {
      const next = this.#steps[index + 1];
      const isOver = next !== undefined && next.to + SEEN_WITHIN_MS < at;
      return step.status === status && step.from - CLOCKS_MS <= at && !isOver;
    });
  }

  /** What is so, settled or not. */
  current(now: number): StatusStep {
    const step = this.#steps.findLast(({ from }) => from - CLOCKS_MS <= now) ?? this.#steps[0];
    if (!step) throw new Error("a person without a beginning");
    return step;
  }

  /** The only thing that anybody may still see; null where something has just changed or is about to. */
  certain(now: number): StatusStep | null {
    const step = this.current(now);
    const isQuiet = this.#steps.every(({ from, to }) => from > now + CLOCKS_MS || to + SEEN_WITHIN_MS < now);
    return isQuiet ? step : null;
  }

  /** The last of it, for whoever looks for a cause. */
  toString(): string {
    const now = Date.now();
    const seconds = (at: number) => (Number.isFinite(at) ? ((at - now) / 1_000).toFixed(1) : "?");
    return this.#steps
      .slice(-5)
      .map(({ status, cause, from, to }) => `${status} (${cause}, ${seconds(from)} to ${seconds(to)} s)`)
      .join(", ");
  }
}
