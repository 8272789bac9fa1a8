// A Parley on the Miniflare API in its own process group, killed as a power cut would.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./free-port.ts";
import type { Hosting } from "./hosting.ts";
import { workerdsOf } from "./process-usage.ts";
import type { Bundle } from "./worker-bundle.ts";

const host = path.join(import.meta.dirname, "miniflare-host.ts");
const START_MS = 60_000;

export class Server {
  readonly #hosting: Hosting;
  #child: ChildProcess | null = null;

  private constructor(hosting: Hosting) {
    this.#hosting = hosting;
  }

  /** A server on a free port with a state of its own, answering. `rates` are those to raise, by name. */
  static async start(bundle: Bundle, rates: object): Promise<Server> {
    const state = mkdtempSync(path.join(tmpdir(), "parley-masses-"));
    const server = new Server({ ...bundle, state, port: await freePort(), rates: JSON.stringify(rates), fresh: true });
    await server.start();
    server.#hosting.fresh = false;
    return server;
  }

  get port(): number {
    return this.#hosting.port;
  }

  /** Ids of its workerd processes. */
  get workerds(): number[] {
    return workerdsOf(this.#pid());
  }

  /** Starts it on the state it has; resolves when it answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [host, JSON.stringify(this.#hosting)], {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child = child;
    process.once("exit", () => this.#end());
    const failed = once(child, "exit").then(() => {
      throw new Error("the server ended before it answered");
    });
    failed.catch(() => {
      // Once it has answered, how it ends is the scenario's affair; before, the race below tells.
    });
    await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
  }

  /** `kill -9` of the whole process group; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || !isRunning(child)) return;
    const gone = once(child, "exit");
    process.kill(-this.#pid(), "SIGKILL");
    await gone;
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.kill();
    this.#forget();
  }

  /** The run is over, perhaps in the middle: a process group of its own would outlive it. */
  #end(): void {
    if (this.#child && isRunning(this.#child)) process.kill(-this.#pid(), "SIGKILL");
    this.#forget();
  }

  #forget(): void {
    rmSync(this.#hosting.state, { recursive: true, force: true });
  }

  #pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the server is not running");
    return pid;
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
