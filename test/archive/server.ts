// A Parley of its own: a process group, a port and a state, all of which end with it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../masses/free-port.ts";
import type { Bundle } from "./bundling.ts";
import { bindings, type Hosting } from "./hosting.ts";

const host = path.join(import.meta.dirname, "host.ts");
const START_MS = 60_000;
/** What the Worker logs is wanted by whoever looks for a cause. */
const output = process.env.LOUD ? "inherit" : "ignore";

export class Server {
  readonly port: number;
  readonly state: string;
  readonly #child: ChildProcess;

  private constructor(port: number, state: string, child: ChildProcess) {
    this.port = port;
    this.state = state;
    this.#child = child;
  }

  /** Resolves when it answers. */
  static async start(bundle: Bundle): Promise<Server> {
    const state = mkdtempSync(path.join(tmpdir(), "parley-archive-"));
    const hosting: Hosting = { ...bundle, state, port: await freePort(), bindings };
    const child = spawn(process.execPath, [host, JSON.stringify(hosting)], {
      detached: true,
      stdio: ["ignore", output, output, "ipc"],
    });
    const server = new Server(hosting.port, state, child);
    process.once("exit", () => server.#end());
    const failed = once(child, "exit").then(() => {
      throw new Error("the server ended before it answered");
    });
    failed.catch(() => {
      // Once it has answered, its end is ours.
    });
    await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
    return server;
  }

  async remove(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#end();
    await gone;
    rmSync(this.state, { recursive: true, force: true });
  }

  #end(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
    rmSync(this.state, { recursive: true, force: true });
  }
}
