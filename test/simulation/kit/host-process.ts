// The process that hosts the Worker: its settings, its start and its end.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";
import { queues } from "./queues.ts";

export const hostSettings = z.object({
  port: z.int(),
  /** The folder of everything stored. */
  state: z.string(),
  /** The folder of D1's migrations; null where the tables exist. */
  migrations: z.string().nullable(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  queues,
  ratelimits: z.record(
    z.string(),
    z.object({ namespace_id: z.string(), simple: z.object({ limit: z.number(), period: z.number() }) }),
  ),
  /** Variables and secrets. */
  bindings: z.record(z.string(), z.string()),
  /** Classes of the Durable Objects, by binding. */
  durableObjects: z.record(z.string(), z.string()),
  /** Names of the D1 databases, by binding. */
  databases: z.record(z.string(), z.string()).default({ DIRECTORY: "parley-directory", ARCHIVE: "parley-archive" }),
  /**
   * Whether the Worker itself listens on the port, as in a deployment, and not Miniflare's entry
   * worker, which relays every request and every socket. Without the entry worker there is no
   * `/cdn-cgi/local/scheduled`.
   */
  isDirect: z.boolean().default(false),
  /** The port of the V8 inspector; null for none. */
  inspectorPort: z.int().nullable().default(null),
});

/** The settings as they are sent; a host parses them and fills in the defaults. */
export type HostSettings = z.input<typeof hostSettings>;

const program = path.join(import.meta.dirname, "miniflare-host.ts");
const START_MS = 60_000;

/**
 * Spawns the program in a process group of its own. It waits for its settings. `output`: where its
 * output goes.
 */
export const spawnHost = (output: "inherit" | "ignore" | "pipe", env: NodeJS.ProcessEnv = process.env): ChildProcess =>
  spawn(process.execPath, [program], { detached: true, env, stdio: ["ignore", output, output, "ipc"] });

/** Sends the settings; resolves when the server answers. */
export async function startHosting(child: ChildProcess, settings: HostSettings): Promise<void> {
  const failed = once(child, "exit").then(() => {
    throw new Error("the server ended before it answered");
  });
  failed.catch(() => {
    // After the server has answered, its end is the suite's concern. Before, the race below
    // rejects.
  });
  child.send(settings);
  await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
}

/** `kill -9` of the whole process group, if it still runs; resolves when it has ended. */
export async function killGroup(child: ChildProcess): Promise<void> {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  const exited = once(child, "exit");
  process.kill(-pid, "SIGKILL");
  await exited;
}
