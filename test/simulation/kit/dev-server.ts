// The server of `npm run dev` in a process group of its own. It is killed as a power cut would.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./free-port.ts";

const root = path.join(import.meta.dirname, "../../..");

export class Server {
  #child: ChildProcess | null = null;
  #output = "";

  readonly port: number;
  readonly state: string;

  private constructor(port: number, state: string) {
    this.port = port;
    this.state = state;
  }

  /** Starts a server on a free port with a temporary state; resolves when it answers. */
  static async start(): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(path.join(tmpdir(), "parley-state-")));
    await server.start();
    return server;
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
