import { limits } from "../../protocol";

/** Full jitter: anything from 0 to a bound that doubles with each attempt, so that a crowd cut off together does not come back together. */
export function jitteredDelay(attempt: number, random: () => number): number {
  const bound = Math.min(limits.backoffMaxMs, limits.backoffMinMs * 2 ** Math.min(attempt, 16));
  return Math.round(random() * bound);
}
