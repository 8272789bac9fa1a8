// Runs wrangler for the other scripts.
import { spawn, spawnSync } from "node:child_process";

const environment = { ...process.env, WRANGLER_SEND_METRICS: "false" };

/** Runs wrangler and waits for it. Throws if it fails. */
export function wrangler(args: readonly string[]): void {
  const { status } = spawnSync("npx", ["wrangler", ...args], { stdio: "inherit", env: environment });
  if (status !== 0) throw new Error(`wrangler ${args.join(" ")} failed with exit code ${status}`);
}

/** Runs wrangler and returns what it prints; null if it fails. */
export function askWrangler(args: readonly string[]): string | null {
  const stdio = ["inherit", "pipe", "inherit"] as const;
  const { status, stdout } = spawnSync("npx", ["wrangler", ...args], {
    stdio: [...stdio],
    env: environment,
    encoding: "utf8",
  });
  return status === 0 ? stdout : null;
}

/** Runs wrangler until it is stopped, and then ends this process with its exit code. */
export function stayInWrangler(args: readonly string[], extra: Record<string, string>): void {
  const child = spawn("npx", ["wrangler", ...args], { stdio: "inherit", env: { ...environment, ...extra } });
  child.once("exit", (code) => process.exit(code ?? 0));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => child.kill(signal));
}
