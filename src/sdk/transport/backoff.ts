import { limits } from "../../protocol";

/**
 * Returns the delay in milliseconds before a retry, with full jitter: a random value from 0 to a
 * bound that doubles with each attempt. Clients that lost their connections together return at
 * different times.
 */
export function jitteredDelay(attempt: number, random: () => number): number {
  const bound = Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** Math.min(attempt, 16));
  return Math.round(random() * bound);
}
