import { useEffect, useState } from "react";

/** The longest delay of a browser's timer. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/**
 * Returns the time of the last render that a timer caused. Renders again when the first of `times`
 * (epoch milliseconds) is reached, for example when a mute ends.
 */
export function useMoment(times: readonly number[]): number {
  const [now, setNow] = useState(Date.now);
  const next = Math.min(...times.filter((time) => time > now));
  useEffect(() => {
    const delayMs = next - Date.now();
    if (delayMs > TIMER_MAX_MS) return;
    const timer = window.setTimeout(() => setNow(Date.now()), Math.max(0, delayMs));
    return () => window.clearTimeout(timer);
  }, [next]);
  return now;
}
