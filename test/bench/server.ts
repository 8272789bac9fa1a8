// A server in a process group of its own, on its own core. It ends with this process, however that
// ends.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../simulation/kit/free-port.ts";
import { onServerCore } from "./machine.ts";
import { pause } from "./pace.ts";

export interface Server {
  readonly pid: number;
  readonly port: number;
  /** The port of its V8 inspector; null without one. */
  readonly inspectorPort: number | null;
  /** Kills the server and starts it again on its state; null where the host cannot. */
  readonly restart: (() => Promise<void>) | null;
}

const root = path.join(import.meta.dirname, "../..");
const READY_MS = 120_000;

/**
 * The command of a server on `port` with its state below `home`, and a path that it answers once it
 * is ready.
 */
type Command = (port: number, home: string) => { command: string[]; probe: string };

export async function startServer(commandOf: Command): Promise<Server> {
  const home = mkdtempSync(path.join(tmpdir(), "parley-bench-"));
  const port = await freePort();
  const { command, probe } = commandOf(port, home);
  const log = path.join(home, "log");
  const out = openSync(log, "w");
  const [program = "", ...args] = onServerCore(command);
  // As in `npm run dev`: recording every event for the local dashboard halves the throughput.
  const env = {
    ...process.env,
    CI: "1",
    X_LOCAL_OBSERVABILITY: "false",
    X_LOCAL_EXPLORER: "false",
    WRANGLER_LOG_PATH: home,
  };
  const child = spawn(program, args, { cwd: root, detached: true, stdio: ["ignore", out, out], env });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${program}`);
  process.once("exit", () => {
    stopServer({ pid });
    rmSync(home, { recursive: true, force: true });
  });
  const deadline = Date.now() + READY_MS;
  while (!(await answers(`http://127.0.0.1:${port}${probe}`))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the server did not start:\n${readFileSync(log, "utf8").slice(-2_000)}`);
    await pause(100);
  }
  return { pid, port, inspectorPort: null, restart: null };
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

/** Kills the server; the state of a benchmark is not needed any more. */
export function stopServer({ pid }: Pick<Server, "pid">): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The server has ended by itself.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
