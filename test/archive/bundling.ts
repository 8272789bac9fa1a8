// A Worker as `wrangler deploy` would upload it, without the page, from an entry of one's own choice.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { unstable_readConfig } from "wrangler";
import { type Queues, queuesOf } from "../masses/queues.ts";

const root = path.join(import.meta.dirname, "../..");

export interface Bundle {
  script: string;
  compatibilityDate: string;
  compatibilityFlags: string[];
  queues: Queues;
}

/** `main` is a file of the project. */
export async function bundle(main: string, folder: string): Promise<Bundle> {
  const config = unstable_readConfig({ config: path.join(root, "wrangler.toml") }, { hideWarnings: true });
  const {
    compatibility_date: date,
    compatibility_flags: flags,
    durable_objects,
    migrations,
    queues,
    keep_names,
  } = config;
  if (!date) throw new Error("wrangler.toml has no compatibility_date");
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "wrangler.json");
  const bare = {
    name: "parley",
    main: path.join(root, main),
    compatibility_date: date,
    compatibility_flags: flags,
    durable_objects,
    migrations,
    keep_names,
  };
  await writeFile(file, JSON.stringify(bare));
  const outdir = path.join(folder, "out");
  await runWrangler(["deploy", "--dry-run", "--config", file, "--outdir", outdir]);
  const script = path.join(outdir, `${path.basename(main, ".ts")}.js`);
  return { script, compatibilityDate: date, compatibilityFlags: flags, queues: queuesOf(queues) };
}

async function runWrangler(args: string[]): Promise<void> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  const child = spawn("npx", ["wrangler", ...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0) throw new Error(`wrangler ended with ${code}:\n${output}`);
}
