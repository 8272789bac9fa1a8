/** Calls again what failed before it arrived, at most twice; never an overloaded object, which more calls would only drown. */
export async function retry<T>(call: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** attempt));
    }
  }
}

/** The runtime marks its own errors; see the platform's guide on error handling of Durable Objects. */
function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const marks = error as Error & { retryable?: boolean; overloaded?: boolean };
  return marks.retryable === true && marks.overloaded !== true;
}
