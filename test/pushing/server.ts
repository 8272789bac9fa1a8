// The server from the outside: started on its state, killed as a power cut would, started again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { unstable_readConfig } from "wrangler";
import type { Tree } from "../faults/tree.ts";
import { freePort } from "../masses/free-port.ts";
import { queuesOf } from "../masses/queues.ts";
import { bindingsFor, type Hosting } from "./hosting.ts";
import type { Trouble } from "./ledger.ts";

const START_MS = 60_000;
const OUTPUT_KEPT = 20_000;

export class Server {
  readonly #hosting: Hosting;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #standby: ChildProcess | null = null;
  #isFresh = true;
  readonly #onExit = (): void => this.stop();
  #output = "";

  private constructor(hosting: Hosting, folder: string) {
    this.#hosting = hosting;
    this.#folder = folder;
  }

  /** Resolves when it answers. `origin`: the push service's. */
  static async start(tree: Tree, origin: string): Promise<Server> {
    const server = new Server(
      { ...settingsOf(tree), port: await freePort(), bindings: bindingsFor(origin) },
      tree.folder,
    );
    process.once("exit", server.#onExit);
    await server.#start();
    return server;
  }

  get port(): number {
    return this.#hosting.port;
  }

  get isUp(): boolean {
    return this.#child !== null;
  }

  /** What it printed last. */
  get output(): string {
    return this.#output;
  }

  /** `kill -9` of the whole process group, and a start on what it had stored; answers when nobody was there. */
  async killAndStart(downMs: number): Promise<Trouble> {
    const child = this.#child;
    if (!child) throw new Error("the server is not running");
    const from = Date.now();
    this.#child = null;
    const gone = once(child, "exit");
    end(child);
    await gone;
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.#start();
    return { from, to: Date.now() };
  }

  stop(): void {
    for (const child of [this.#child, this.#standby]) if (child) end(child);
    this.#child = null;
    process.off("exit", this.#onExit);
  }

  async #start(): Promise<void> {
    const child = this.#standby ?? this.#spawn();
    const migrations = this.#isFresh ? this.#hosting.migrations : null;
    const failed = once(child, "exit").then(() => {
      throw new Error(`the server ended before it answered:\n${this.#output}`);
    });
    failed.catch(() => {
      // Once it has answered, its end is ours.
    });
    child.send({ ...this.#hosting, migrations } satisfies Hosting);
    await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
    this.#isFresh = false;
    this.#child = child;
    // Loading the runtime takes longer than starting the server: the next one has that behind it.
    this.#standby = this.#spawn();
  }

  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "host.ts")], {
      detached: true,
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(this.#folder, "compiled") },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        if (process.env.LOUD) process.stderr.write(data);
        this.#output = (this.#output + data.toString()).slice(-OUTPUT_KEPT);
      });
    }
    return child;
  }
}

function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}

/** As the tree's own settings say, queues too. */
function settingsOf(tree: Tree): Omit<Hosting, "port" | "bindings"> {
  const config = unstable_readConfig({ config: path.join(tree.folder, "wrangler.toml") }, { hideWarnings: true });
  if (!config.compatibility_date) throw new Error("wrangler.toml has no compatibility_date");
  return {
    state: tree.state,
    migrations: path.join(tree.folder, "migrations"),
    script: tree.worker,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    ...queuesOf(config.queues),
  };
}
