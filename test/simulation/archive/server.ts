// A Parley of its own: a process group, a port and a state, all of which end with it.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../kit/free-port.ts";
import { killGroup, spawnHost, startHosting } from "../kit/host-process.ts";
import type { Bundle } from "../kit/worker-bundle.ts";
import { bindings } from "./bindings.ts";

const migrations = path.join(import.meta.dirname, "../../../migrations");
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
    const port = await freePort();
    const child = spawnHost(output);
    const server = new Server(port, state, child);
    process.once("exit", () => server.#end());
    await startHosting(child, { ...bundle, state, port, migrations, bindings });
    return server;
  }

  async remove(): Promise<void> {
    await killGroup(this.#child);
    this.#forget();
  }

  #end(): void {
    void killGroup(this.#child);
    this.#forget();
  }

  #forget(): void {
    rmSync(this.state, { recursive: true, force: true });
  }
}
