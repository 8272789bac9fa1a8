// The machine: which process runs on which core, and what a process tree costs. Without taskset the
// scheduler decides the core; without /proc the cost is unknown.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const SERVER_CORE = "0";
const GENERATOR_CORE = "1";
const TICKS_PER_SECOND = 100;
const PAGE_KIB = 4;

const canPin = availableParallelism() >= 2 && spawnSync("taskset", ["--version"]).status === 0;
const canMeasure = existsSync("/proc/self/stat");

/** The command, pinned to the server's core. */
export const onServerCore = (command: readonly string[]): string[] =>
  canPin ? ["taskset", "-c", SERVER_CORE, ...command] : [...command];

/** The machine and the commit that a stored result is about. */
export function describeMachine(): { commit: string; processor: string; cores: number } {
  const { stdout } = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" });
  return { commit: stdout.trim(), processor: cpus()[0]?.model ?? "unknown", cores: availableParallelism() };
}

/** Pins a running process and what it starts to the server's core. */
export function pinToServerCore(pid: number): void {
  if (canPin) spawnSync("taskset", ["-acp", SERVER_CORE, String(pid)]);
}

/** Pins this process to the other core. Returns whether the two are separate. */
export const takeGeneratorCore = (): boolean =>
  canPin && spawnSync("taskset", ["-acp", GENERATOR_CORE, String(process.pid)]).status === 0;

export interface Cost {
  cpuSeconds: number;
  memoryKiB: number;
}

/** What a process and its descendants have used so far; NaN where it is unknown. */
export function costOf(pid: number): Cost {
  if (!canMeasure) return { cpuSeconds: Number.NaN, memoryKiB: Number.NaN };
  const processes = readProcesses();
  const tree = new Set([pid]);
  // Parents are usually listed before their children, but not always, so this repeats until nothing
  // is added.
  for (let size = 0; size !== tree.size; ) {
    size = tree.size;
    for (const { id, parent } of processes) if (tree.has(parent)) tree.add(id);
  }
  const cost = { cpuSeconds: 0, memoryKiB: 0 };
  for (const { id, ticks, pages } of processes) {
    if (!tree.has(id)) continue;
    cost.cpuSeconds += ticks / TICKS_PER_SECOND;
    cost.memoryKiB += pages * PAGE_KIB;
  }
  return cost;
}

function readProcesses() {
  return readdirSync("/proc").flatMap((name) => {
    const id = Number(name);
    if (!Number.isInteger(id)) return [];
    try {
      const stat = readFileSync(`/proc/${id}/stat`, "latin1");
      // The name before the bracket may contain blanks.
      const [, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [user, system, pages] = [rest[9], rest[10], rest[19]].map(Number);
      return [{ id, parent: Number(parent), ticks: (user ?? 0) + (system ?? 0), pages: pages ?? 0 }];
    } catch {
      // The process has ended meanwhile.
      return [];
    }
  });
}
