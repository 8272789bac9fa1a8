// What a run shares: the server's port, the people, and crashes, which interrupt every pause.
import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Findings } from "./findings.ts";
import type { Person } from "./person.ts";

export class World {
  readonly port: number;
  readonly findings: Findings;
  readonly people = new Map<string, Person>();
  /** How often the server was killed. */
  crashes = 0;
  /** From then on, people who left in a crash must be seen as offline. */
  clearAt = 0;
  #crash = crashSignal();
  #up: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(port: number, findings: Findings) {
    this.port = port;
    this.findings = findings;
    this.#up.resolve();
  }

  /** Resolves while the server runs, or when it runs again. */
  get isUp(): Promise<void> {
    return this.#up.promise;
  }

  /** Waits; throws when the server is killed meanwhile. */
  async pause(ms: number): Promise<void> {
    await delay(ms, null, { signal: this.#crash.signal });
  }

  /** The server is about to be killed: interrupts every pause. */
  goDown(): void {
    this.crashes++;
    this.#up = Promise.withResolvers();
    const crash = this.#crash;
    this.#crash = crashSignal();
    crash.abort();
  }

  comeUp(): void {
    this.#up.resolve();
  }
}

/** A signal without a limit on its listeners. */
function crashSignal(): AbortController {
  const crash = new AbortController();
  setMaxListeners(0, crash.signal);
  return crash;
}
