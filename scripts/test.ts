// `npm test` runs all Vitest projects. The journeys wait most of the time, and need one server at a
// time, so they run beside the other projects, in a process of their own. With arguments it is
// `vitest run` with these arguments.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const JOURNEYS = ["journeys", "yesterday"];
const OTHERS = ["node", "workers"];

// The servers of the tests write thousands of transactions, and a disk takes longer for them than
// the tests take without it. So their storage is in memory, where the system has room for that.
const MEMORY = "/dev/shm";
const ROOM_BYTES = 4 * 1024 ** 3;

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= ROOM_BYTES;
}

const temporary = mkdtempSync(path.join(hasRoom(MEMORY) ? MEMORY : tmpdir(), "parley-test-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

/** Runs Vitest. Returns its exit code, and what it printed unless it prints directly. */
function vitest(args: readonly string[], output: "inherit" | "kept"): Promise<{ code: number; printed: string }> {
  const child = spawn("npx", ["vitest", "run", ...args], {
    stdio: output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => printed.push(data.toString()));
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve({ code: code ?? 1, printed: printed.join("") }));
  });
}

const projects = (names: readonly string[]): string[] => names.flatMap((name) => ["--project", name]);

const given = process.argv.slice(2);
if (given.length > 0) process.exit((await vitest(given, "inherit")).code);
const [journeys, others] = await Promise.all([vitest(projects(JOURNEYS), "kept"), vitest(projects(OTHERS), "inherit")]);
process.stdout.write(journeys.printed);
process.exit(Math.max(journeys.code, others.code));
