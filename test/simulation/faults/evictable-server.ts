// The server under test: started on its state, killed as a power cut would, and able to evict an
// object.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../kit/free-port.ts";
import type { SourceTree } from "../kit/source-tree.ts";
import { type Eviction, type HostReply, type HostSettings, READY } from "./host-messages.ts";

const START_WITHIN_MS = 60_000;

export class EvictableServer {
  readonly #settings: Omit<HostSettings, "worker">;
  /** The builds that take turns: each start uses the next one. */
  readonly #workers: readonly string[];
  #starts = 0;
  /** Callbacks for the host's replies, by the id of the request. */
  readonly #waiting = new Map<number, (reply: HostReply) => void>();
  #child: ChildProcess | null = null;
  #standby: ChildProcess | null = null;
  #output = "";
  #ids = 0;

  private constructor(settings: Omit<HostSettings, "worker">, workers: readonly string[]) {
    this.#settings = settings;
    this.#workers = workers;
  }

  /** Starts the first tree's build on its state. Each later start uses the next tree's build. */
  static async start(tree: SourceTree, others: readonly SourceTree[]): Promise<EvictableServer> {
    const { folder, state } = tree;
    const workers = [tree, ...others].map(({ worker }) => worker);
    const server = new EvictableServer({ folder, state, port: await freePort() }, workers);
    await server.start();
    return server;
  }

  get port(): number {
    return this.#settings.port;
  }

  get isUp(): boolean {
    return this.#child !== null;
  }

  /** The last output of the server. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const child = this.#standby ?? this.#spawn();
    const worker = this.#workers[this.#starts++ % this.#workers.length] ?? "";
    child.send({ ...this.#settings, worker } satisfies HostSettings);
    await this.#ready(child);
    this.#child = child;
    // Loading wrangler takes longer than starting the server, so the process of the next start is
    // spawned in advance.
    this.#standby = this.#spawn();
  }

  /** `kill -9` of the whole process group; resolves when it has ended. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) throw new Error("the server is not running");
    this.#child = null;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await exited;
    for (const [id, settle] of this.#waiting) settle({ id, error: "killed" });
  }

  async stop(): Promise<void> {
    if (this.#child) await this.kill();
    if (this.#standby?.pid && this.#standby.exitCode === null) process.kill(-this.#standby.pid, "SIGKILL");
  }

  /** Answers whether the object was in memory and has been evicted. */
  async evict(eviction: Omit<Eviction, "id">): Promise<boolean> {
    if (!this.#child) return false;
    const id = ++this.#ids;
    const reply = new Promise<HostReply>((resolve) => this.#waiting.set(id, resolve));
    this.#child.send({ id, ...eviction } satisfies Eviction);
    const { error } = await reply;
    this.#waiting.delete(id);
    return error === null;
  }

  /** Spawns a program that loads everything and waits for its settings. */
  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "evictable-host.ts")], {
      cwd: this.#settings.folder,
      env: {
        ...process.env,
        // Wrangler's own recording of every event halves the throughput.
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        NODE_COMPILE_CACHE: path.join(this.#settings.folder, "compiled"),
      },
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-20_000);
      });
    }
    child.on("message", (reply: HostReply) => this.#waiting.get(reply.id)?.(reply));
    return child;
  }

  /**
   * Resolves when the server has announced that it listens, and answers. A request before that
   * would be held.
   */
  async #ready(child: ChildProcess): Promise<void> {
    const listens = new Promise<HostReply>((resolve) => this.#waiting.set(READY, resolve));
    const ended = new Promise<null>((resolve) => child.once("exit", () => resolve(null)));
    const reply = await Promise.race([listens, ended, sleep(START_WITHIN_MS, null, { ref: false })]);
    this.#waiting.delete(READY);
    if (!reply) throw new Error(`the server did not start:\n${this.#output}`);
    await fetch(`http://127.0.0.1:${this.port}/healthz`);
  }
}
