import { ParleyError } from "../parley-error";

/** The client's source of time. Tests pass a clock that they control. */
export interface Clock {
  /** Returns epoch milliseconds. */
  now(): number;
  /** Returns the handle that `clearTimeout` takes. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Returns the result of `work`. Rejects with `offline` if it takes longer than `timeoutMs`. */
export async function within<T>(clock: Clock, work: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined) return await work;
  const late = Promise.withResolvers<never>();
  const detail = `This takes longer than ${timeoutMs} ms.`;
  const timer = clock.setTimeout(() => late.reject(new ParleyError("offline", { detail })), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clock.clearTimeout(timer);
  }
}

/** One timer that can be set again: setting it replaces the pending callback. */
export class Timer {
  readonly #clock: Clock;
  #timer: unknown;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  set(ms: number, callback: () => void): void {
    this.clear();
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      callback();
    }, ms);
  }

  clear(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
