// `npm test` runs all Vitest projects. The journeys wait most of the time, and need one server at a
// time, so they run beside the other projects, in a process of their own. With arguments it is
// `vitest run` with these arguments.
import { spawn } from "node:child_process";

const JOURNEYS = ["journeys", "yesterday"];
const OTHERS = ["node", "workers"];

/** Runs Vitest. Returns its exit code, and what it printed unless it prints directly. */
function vitest(args: readonly string[], output: "inherit" | "kept"): Promise<{ code: number; printed: string }> {
  const child = spawn("npx", ["vitest", "run", ...args], {
    stdio: output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
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
