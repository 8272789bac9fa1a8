import { useEffect, useState } from "react";
import { client } from "./client";

/** The longest delay of a browser's timer. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Returns the time of the server's clock. Epoch milliseconds. */
export const serverNow = (): number => client.serverClock.now();

/**
 * Returns the time of the server's clock. Renders again when the first of `times` (epoch
 * milliseconds of the same clock) is reached, for example when a mute ends.
 */
export function useMoment(times: readonly number[]): number {
  const [timers, setTimers] = useState(0);
  const now = serverNow();
  const next = Math.min(...times.filter((time) => time > now));
  // biome-ignore lint/correctness/useExhaustiveDependencies: a timer that fires early is set again.
  useEffect(() => {
    const delayMs = next - serverNow();
    if (delayMs > TIMER_MAX_MS) return;
    const timer = window.setTimeout(() => setTimers((count) => count + 1), Math.max(0, delayMs));
    return () => window.clearTimeout(timer);
  }, [next, timers]);
  return now;
}
