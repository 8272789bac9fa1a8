/**
 * Runs a load again and again, but never twice at once. However often it is requested while it
 * runs, it runs only once more.
 */
export class Reloader {
  readonly #load: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(load: () => Promise<void>) {
    this.#load = load;
  }

  /** Resolves after a load that began after this call. Rejects as that load does. */
  run(): Promise<void> {
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#restart(),
      () => this.#restart(),
    );
    return this.#next;
  }

  #restart(): Promise<void> {
    this.#next = null;
    return this.#start();
  }

  #start(): Promise<void> {
    const running = this.#load().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }
}
