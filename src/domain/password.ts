// What a password hash may cost. Parameters travel inside the hash, so raising them later leaves old hashes readable.
import { ChatError } from "./error";

/** scrypt's cost: N = 2^log2N, block size r, parallelism p. */
export interface ScryptCost {
  log2N: number;
  r: number;
  p: number;
}

/** An OWASP-listed choice (16 MiB a hash) that fits a Worker's memory and CPU limits. */
export const defaultCost: ScryptCost = { log2N: 14, r: 8, p: 5 };

/** Production refuses a total cost above this; locally it would pass, and fail only once deployed. */
const maxTotalCost = 2 ** 20;
const maxMemoryBytes = 32 * 1024 * 1024;

/** Throws `internal` for parameters that production cannot run. */
export function assertRunnable(cost: ScryptCost): void {
  const n = 2 ** cost.log2N;
  const whole = [cost.log2N, cost.r, cost.p].every((value) => Number.isInteger(value) && value > 0);
  if (!whole || n * cost.r * cost.p > maxTotalCost || 128 * n * cost.r > maxMemoryBytes) {
    throw new ChatError("internal", `scrypt cost ${cost.log2N}:${cost.r}:${cost.p} cannot run in production`);
  }
}
