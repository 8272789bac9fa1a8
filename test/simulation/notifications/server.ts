// The server from the outside: started on its state, killed as a power cut would, started again.
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { freePort } from "../kit/free-port.ts";
import { type HostSettings, killGroup, spawnHost, startHosting } from "../kit/host-process.ts";
import type { SourceTree } from "../kit/source-tree.ts";
import { settingsIn } from "../kit/worker-bundle.ts";
import { bindingsFor } from "./bindings.ts";
import type { Interruption } from "./history.ts";

const OUTPUT_KEPT = 20_000;

export class Server {
  readonly #settings: HostSettings;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #standby: ChildProcess | null = null;
  #isFresh = true;
  readonly #onExit = (): void => this.stop();
  #output = "";

  private constructor(hostSettings: HostSettings, folder: string) {
    this.#settings = hostSettings;
    this.#folder = folder;
  }

  /** Resolves when it answers. `origin`: the push service's. */
  static async start(tree: SourceTree, origin: string): Promise<Server> {
    const { state, worker: script, folder } = tree;
    const migrations = path.join(folder, "migrations");
    const bindings = bindingsFor(origin);
    const hostSettings = { ...settingsIn(folder), script, state, migrations, port: await freePort(), bindings };
    const server = new Server(hostSettings, folder);
    process.once("exit", server.#onExit);
    await server.#start();
    return server;
  }

  get port(): number {
    return this.#settings.port;
  }

  get isUp(): boolean {
    return this.#child !== null;
  }

  /** What it printed last. */
  get output(): string {
    return this.#output;
  }

  /** `kill -9` of the whole process group, and a start on what it had stored; answers when nobody was there. */
  async killAndStart(downMs: number): Promise<Interruption> {
    const child = this.#child;
    if (!child) throw new Error("the server is not running");
    const from = Date.now();
    this.#child = null;
    await killGroup(child);
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.#start();
    return { from, to: Date.now() };
  }

  stop(): void {
    for (const child of [this.#child, this.#standby]) if (child) void killGroup(child);
    this.#child = null;
    process.off("exit", this.#onExit);
  }

  async #start(): Promise<void> {
    const child = this.#standby ?? this.#spawn();
    const migrations = this.#isFresh ? this.#settings.migrations : null;
    try {
      await startHosting(child, { ...this.#settings, migrations });
    } catch (cause) {
      throw new Error(`the server did not start:\n${this.#output}`, { cause });
    }
    this.#isFresh = false;
    this.#child = child;
    // Loading the runtime takes longer than starting the server: the next one has that behind it.
    this.#standby = this.#spawn();
  }

  #spawn(): ChildProcess {
    const compiled = path.join(this.#folder, "compiled");
    const child = spawnHost("pipe", { ...process.env, NODE_COMPILE_CACHE: compiled });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        if (process.env.LOUD) process.stderr.write(data);
        this.#output = (this.#output + data.toString()).slice(-OUTPUT_KEPT);
      });
    }
    return child;
  }
}
