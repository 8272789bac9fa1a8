// The server from the outside: started on its state, killed as a power cut would, told to forget an object.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../kit/server.ts";
import { type Eviction, type Hosting, READY, type Told } from "./hosting.ts";
import type { Tree } from "./tree.ts";

const START_WITHIN_MS = 60_000;

export class Service {
  readonly #hosting: Omit<Hosting, "worker">;
  /** The builds that take turns: each start is the next one's. */
  readonly #workers: readonly string[];
  #starts = 0;
  /** Who waits to be told something, by the id of what was asked. */
  readonly #listening = new Map<number, (told: Told) => void>();
  #child: ChildProcess | null = null;
  #standby: ChildProcess | null = null;
  #output = "";
  #ids = 0;

  private constructor(hosting: Omit<Hosting, "worker">, workers: readonly string[]) {
    this.#hosting = hosting;
    this.#workers = workers;
  }

  /** A server on the first tree's state; started again, it is the next tree's build. */
  static async start(tree: Tree, others: readonly Tree[]): Promise<Service> {
    const { folder, state } = tree;
    const workers = [tree, ...others].map(({ worker }) => worker);
    const service = new Service({ folder, state, port: await freePort() }, workers);
    await service.start();
    return service;
  }

  get port(): number {
    return this.#hosting.port;
  }

  get isUp(): boolean {
    return this.#child !== null;
  }

  /** What the server printed last. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const child = this.#standby ?? this.#spawn();
    const worker = this.#workers[this.#starts++ % this.#workers.length] ?? "";
    child.send({ ...this.#hosting, worker } satisfies Hosting);
    await this.#ready(child);
    this.#child = child;
    // Loading wrangler takes longer than starting the server: the next one has that behind it.
    this.#standby = this.#spawn();
  }

  /** `kill -9` of the whole process group; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) throw new Error("the server is not running");
    this.#child = null;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await gone;
    for (const [id, settle] of this.#listening) settle({ id, error: "killed" });
  }

  async stop(): Promise<void> {
    if (this.#child) await this.kill();
    if (this.#standby?.pid && this.#standby.exitCode === null) process.kill(-this.#standby.pid, "SIGKILL");
  }

  /** Whether the object was there to be evicted, and was. */
  async evict(eviction: Omit<Eviction, "id">): Promise<boolean> {
    if (!this.#child) return false;
    const id = ++this.#ids;
    const told = new Promise<Told>((resolve) => this.#listening.set(id, resolve));
    this.#child.send({ id, ...eviction } satisfies Eviction);
    const { error } = await told;
    this.#listening.delete(id);
    return error === null;
  }

  /** A program that has loaded everything and waits to be told what to serve. */
  #spawn(): ChildProcess {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, "host.ts")], {
      cwd: this.#hosting.folder,
      env: {
        ...process.env,
        // Wrangler's own recording of every event halves the throughput.
        X_LOCAL_OBSERVABILITY: "false",
        X_LOCAL_EXPLORER: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        NODE_COMPILE_CACHE: path.join(this.#hosting.folder, "compiled"),
      },
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-20_000);
      });
    }
    child.on("message", (told: Told) => this.#listening.get(told.id)?.(told));
    return child;
  }

  /** Resolves when the server says that it listens, and answers. Asked before, it would hold the question. */
  async #ready(child: ChildProcess): Promise<void> {
    const listens = new Promise<Told>((resolve) => this.#listening.set(READY, resolve));
    const ended = new Promise<null>((resolve) => child.once("exit", () => resolve(null)));
    const told = await Promise.race([listens, ended, sleep(START_WITHIN_MS, null, { ref: false })]);
    this.#listening.delete(READY);
    if (!told) throw new Error(`the server did not start:\n${this.#output}`);
    await fetch(`http://127.0.0.1:${this.port}/healthz`);
  }
}
