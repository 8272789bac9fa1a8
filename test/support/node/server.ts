// A real server in a process group of its own: started as the README says, killed with SIGKILL.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

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

  /** Starts a server on a free port with state of its own. Resolves when it answers. */
  static async start(): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(path.join(tmpdir(), "parley-state-")));
    await server.start();
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Starts the server with the state it has. Resolves when it answers. */
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

  /** Kills the whole process group with SIGKILL. Resolves when the server no longer answers. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) throw new Error("the server is not running");
    this.#child = null;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    process.kill(-child.pid, "SIGKILL");
    await gone;
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

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the system assigned no port");
  return address.port;
}
