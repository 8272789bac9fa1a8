// The process that hosts the Worker: the options that a suite sends it, how it starts, and how it
// is killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";
import { queues } from "./queues.ts";

export const hosting = z.object({
  port: z.int(),
  /** The folder of all stored state. */
  state: z.string(),
  /** The folder of the directory's migrations; null where its tables exist already. */
  migrations: z.string().nullable(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  queues,
  /** Variables and secrets. */
  bindings: z.record(z.string(), z.string()),
});

export type Hosting = z.infer<typeof hosting>;

const program = path.join(import.meta.dirname, "miniflare-host.ts");
const START_MS = 60_000;

/**
 * Starts the program in a process group of its own. It waits for its options. `output`: where it
 * prints.
 */
export const spawnHost = (output: "inherit" | "ignore" | "pipe", env: NodeJS.ProcessEnv = process.env): ChildProcess =>
  spawn(process.execPath, [program], { detached: true, env, stdio: ["ignore", output, output, "ipc"] });

/** Sends the program its options. Resolves when the server answers. */
export async function host(child: ChildProcess, options: Hosting): Promise<void> {
  const failed = once(child, "exit").then(() => {
    throw new Error("the server ended before it answered");
  });
  failed.catch(() => {
    // An exit before the answer is reported by the race below. An exit after it is up to the suite.
  });
  child.send(options);
  await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
}

/** Kills the whole process group with SIGKILL if it still runs. Resolves when it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  const gone = once(child, "exit");
  process.kill(-pid, "SIGKILL");
  await gone;
}
