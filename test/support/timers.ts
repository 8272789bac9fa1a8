// Timers of work that gives up.
import { vi } from "vitest";

/** Shorter timers keep their time: they belong to work that goes on. */
const LONG_MS = 2_000;
const FACTOR = 5;

/**
 * Lets long timers end five times as early, until `vi.restoreAllMocks`. Each still runs where it
 * was set, which the timers of objects need and fake timers do not do.
 */
export function hastenTimers(): void {
  const { setTimeout } = globalThis;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms = 0, ...values: []) =>
    setTimeout(work, ms >= LONG_MS ? ms / FACTOR : ms, ...values)) as typeof globalThis.setTimeout);
}
