// What a suite and the program that hosts the Worker say to each other; how the program is begun, and how it is ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";
import { queues } from "./queues.ts";

export const hostSettings = z.object({
  port: z.int(),
  /** The folder of everything that is stored. */
  state: z.string(),
  /** Where the statements lie that make a directory; null where there is one. */
  migrations: z.string().nullable(),
  script: z.string(),
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()),
  queues,
  /** Variables and secrets. */
  bindings: z.record(z.string(), z.string()),
});

export type HostSettings = z.infer<typeof hostSettings>;

const program = path.join(import.meta.dirname, "miniflare-host.ts");
const START_MS = 60_000;

/** The program in a process group of its own, waiting to be told what to serve. `output`: where what it prints goes. */
export const spawnHost = (output: "inherit" | "ignore" | "pipe", env: NodeJS.ProcessEnv = process.env): ChildProcess =>
  spawn(process.execPath, [program], { detached: true, env, stdio: ["ignore", output, output, "ipc"] });

/** Tells it what to serve; resolves when it answers. */
export async function startHosting(child: ChildProcess, settings: HostSettings): Promise<void> {
  const failed = once(child, "exit").then(() => {
    throw new Error("the server ended before it answered");
  });
  failed.catch(() => {
    // Once it has answered, how it ends is the suite's affair; before, the race below tells.
  });
  child.send(settings);
  await Promise.race([once(child, "message", { signal: AbortSignal.timeout(START_MS) }), failed]);
}

/** `kill -9` of the whole process group, at once, where it still runs; resolves when it is gone. */
export async function killGroup(child: ChildProcess): Promise<void> {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  const gone = once(child, "exit");
  process.kill(-pid, "SIGKILL");
  await gone;
}
