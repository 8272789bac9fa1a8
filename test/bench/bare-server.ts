// A server on the bare runtime: workerd without the proxies of `wrangler dev` and without
// Miniflare's entry worker, so that the cost of the Worker itself is visible.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../simulation/kit/free-port.ts";
import { type HostSettings, spawnHost, startHosting } from "../simulation/kit/host-process.ts";
import { pinToServerCore } from "./machine.ts";
import { type Server, stopServer } from "./server.ts";

/** Settings of a Worker; its port, its state and its inspector are chosen here. */
type WorkerSettings = Omit<HostSettings, "port" | "state" | "isDirect" | "inspectorPort">;

/** Starts a server in a process group of its own. `hasInspector` is for a profile. */
export async function startBareServer(settings: WorkerSettings, hasInspector: boolean): Promise<Server> {
  const state = mkdtempSync(path.join(tmpdir(), "parley-bench-"));
  const port = await freePort();
  const inspectorPort = hasInspector ? await freePort() : null;
  const placed: HostSettings = { ...settings, port, state, isDirect: true, inspectorPort };
  let { child, pid } = spawnPinned();
  const server = { pid, port, inspectorPort, restart };
  process.once("exit", () => {
    stopServer(server);
    rmSync(state, { recursive: true, force: true });
  });
  await startHosting(child, placed);
  return server;

  async function restart(): Promise<void> {
    stopServer(server);
    ({ child, pid } = spawnPinned());
    server.pid = pid;
    // The tables of D1 exist.
    await startHosting(child, { ...placed, migrations: null });
  }
}

/** The host waits for its settings, so workerd starts on the server's core. */
function spawnPinned(): { child: ChildProcess; pid: number } {
  const child = spawnHost("inherit");
  const { pid } = child;
  if (pid === undefined) throw new Error("cannot start the host");
  pinToServerCore(pid);
  return { child, pid };
}
