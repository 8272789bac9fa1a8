// Retries RPCs between objects, and computes the pause between retries.

import { readRpcError } from "../domain/error";

/**
 * Repeats an RPC that failed before it arrived, up to `attempts` in all. An RPC to an overloaded
 * object is not repeated. Throws the `ChatError` that the object threw, or the runtime's error.
 */
export async function retry<T>(call: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw readRpcError(error) ?? error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
    }
  }
}

/**
 * Reads the marks that the runtime sets on its errors. See the platform's guide to error handling
 * in Durable Objects.
 */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const marks = error as Error & { retryable?: boolean; overloaded?: boolean };
  return marks.retryable === true && marks.overloaded !== true;
}

/**
 * Returns the pause after a number of failures in a row: `firstMs` after the first, then twice as
 * long each time, up to `mostMs`.
 */
export const exponentialBackoff = (failures: number, firstMs: number, mostMs: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 20));
