// The server of `npm run dev` in a process group of its own. It is killed as a power cut would.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./free-port.ts";

const root = path.join(import.meta.dirname, "../../..");

/** The file that holds the id of the process group of a running server. */
export const pidFileOf = (folder: string): string => path.join(folder, "pid");

export class Server {
  #child: ChildProcess | null = null;
  #output = "";

  readonly port: number;
  readonly #folder: string;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  /**
   * Starts a server on a free port; resolves when it answers. Its state and the id of its process
   * group are in `folder`, by default a temporary one.
   */
  static async start(folder = mkdtempSync(path.join(tmpdir(), "parley-server-"))): Promise<Server> {
    const server = new Server(await freePort(), folder);
    await server.start();
    return server;
  }

  get state(): string {
    return path.join(this.#folder, "state");
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Starts it on its present state; resolves when it answers. */
  async start(): Promise<void> {
    const args = ["run", "dev", "--", "--port", String(this.port), "--persist-to", this.state];
    const child = spawn("npm", args, { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        this.#output = (this.#output + data.toString()).slice(-20_000);
      });
    }
    this.#child = child;
    writeFileSync(pidFileOf(this.#folder), String(child.pid));
    const deadline = Date.now() + 90_000;
    while (!(await this.#answers())) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`the server did not start:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** `kill -9` of the whole process group; resolves when the port no longer answers. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) throw new Error("the server is not running");
    this.#child = null;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await exited;
    rmSync(pidFileOf(this.#folder));
    while (await this.#answers()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async stop(): Promise<void> {
    if (this.#child) await this.kill();
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }
}
