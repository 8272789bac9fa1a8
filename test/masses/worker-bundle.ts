// The Worker as `wrangler deploy` would upload it, without the page: made once a run, in a folder of its own.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Queues, queuesOf } from "./queues.ts";

const root = path.join(import.meta.dirname, "../..");

export interface Bundle {
  script: string;
  compatibilityDate: string;
  compatibilityFlags: string[];
  /** Names of the secrets it cannot start without. */
  secrets: string[];
  queues: Queues;
  /** The variables of wrangler.toml. */
  vars: Record<string, unknown>;
}

/** Bundles into `folder`, from `entry` instead of the Worker's own where one is given. The page's `[build]` and `[assets]` are left out: no socket needs them. */
export async function bundleWorker(folder: string, entry?: string): Promise<Bundle> {
  const config = unstable_readConfig({ config: path.join(root, "wrangler.toml") }, { hideWarnings: true });
  const {
    compatibility_date: date,
    compatibility_flags: flags,
    durable_objects,
    migrations,
    queues,
    secrets,
    vars,
  } = config;
  const main = entry ?? config.main;
  if (!date) throw new Error("wrangler.toml has no compatibility_date");
  await mkdir(folder, { recursive: true });
  const bare = {
    name: "parley",
    main,
    compatibility_date: date,
    compatibility_flags: flags,
    durable_objects,
    migrations,
  };
  const file = path.join(folder, "wrangler.json");
  await writeFile(file, JSON.stringify(bare));
  const outdir = path.join(folder, "out");
  await runWrangler(["deploy", "--dry-run", "--config", file, "--outdir", outdir]);
  return {
    script: path.join(outdir, `${path.basename(main ?? "", ".ts")}.js`),
    compatibilityDate: date,
    compatibilityFlags: flags,
    queues: queuesOf(queues),
    secrets: secrets?.required ?? [],
    vars,
  };
}

function runWrangler(args: string[]): Promise<void> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  const child = spawn("npx", ["wrangler", ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`wrangler ended with ${code}:\n${output}`)),
    );
  });
}
