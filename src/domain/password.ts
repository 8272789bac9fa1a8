// The cost of a password hash. Each hash contains its parameters, so that old hashes can still be
// checked after the cost is raised.
import { ChatError } from "./error";

/** The parameters of scrypt: N = 2^log2N, block size r, parallelism p. */
export interface ScryptCost {
  log2N: number;
  r: number;
  p: number;
}

/**
 * One of OWASP's recommendations (16 MiB a hash). It fits the memory and CPU limits of a Worker.
 */
export const defaultCost: ScryptCost = { log2N: 14, r: 8, p: 5 };

/** Production refuses a total cost above this. The local runtime does not check it. */
const maxTotalCost = 2 ** 20;
const maxMemoryBytes = 32 * 1024 * 1024;

/** Throws `internal` for parameters that production cannot run. */
export function assertRunnable(cost: ScryptCost): void {
  const n = 2 ** cost.log2N;
  const areIntegers = [cost.log2N, cost.r, cost.p].every((value) => Number.isInteger(value) && value > 0);
  if (!areIntegers || n * cost.r * cost.p > maxTotalCost || 128 * n * cost.r > maxMemoryBytes) {
    throw new ChatError("internal", `scrypt cost ${cost.log2N}:${cost.r}:${cost.p} cannot run in production`);
  }
}
