// Bundles a Worker as `wrangler deploy` would, without the page and with any entry file, and reads
// the settings of wrangler.toml.
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { unstable_readConfig } from "wrangler";
import * as z from "zod";
import { type Queues, queuesOf } from "./queues.ts";

const project = path.join(import.meta.dirname, "../../..");
const variables = z.record(z.string(), z.string());

type Ratelimits = Record<string, { namespace_id: string; simple: { limit: number; period: number } }>;

/** From wrangler.toml. */
export interface Settings {
  compatibilityDate: string;
  compatibilityFlags: string[];
  queues: Queues;
  /** The coarse rates that bindings count, by binding. */
  ratelimits: Ratelimits;
  /** Classes of the Durable Objects, by binding. */
  durableObjects: Record<string, string>;
  /** Names of the required secrets. */
  secrets: string[];
  vars: Record<string, string>;
}

export interface Bundle extends Settings {
  script: string;
}

/**
 * Bundles into `folder`. `main` is a file below `root`, which is the project or a copy with a
 * planted bug. The `[build]` and `[assets]` of the page are left out, because no simulation loads
 * it.
 */
export async function bundle(main: string, folder: string, root = project): Promise<Bundle> {
  const { compatibility_date, compatibility_flags, durable_objects, migrations, keep_names } = configIn(root);
  await mkdir(folder, { recursive: true });
  const noAnnotations = {
    name: "parley",
    main: path.join(root, main),
    compatibility_date,
    compatibility_flags,
    durable_objects,
    migrations,
    keep_names,
  };
  const file = path.join(folder, "wrangler.json");
  await writeFile(file, JSON.stringify(noAnnotations));
  const outdir = path.join(folder, "out");
  await runWrangler(["deploy", "--dry-run", "--config", file, "--outdir", outdir], root);
  return { script: path.join(outdir, `${path.basename(main, ".ts")}.js`), ...settingsIn(root) };
}

export function settingsIn(root: string): Settings {
  const { compatibility_date, compatibility_flags, durable_objects, queues, ratelimits, secrets, vars } =
    configIn(root);
  if (!compatibility_date) throw new Error("wrangler.toml has no compatibility_date");
  return {
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    queues: queuesOf(queues),
    ratelimits: ratelimitsOf(ratelimits),
    durableObjects: classesOf(durable_objects.bindings),
    secrets: secrets?.required ?? [],
    vars: variables.parse(vars),
  };
}

const classesOf = (bindings: readonly { name: string; class_name: string }[]): Record<string, string> =>
  Object.fromEntries(bindings.map(({ name, class_name }) => [name, class_name]));

const ratelimitsOf = (configured: ({ name: string } & Ratelimits[string])[] = []): Ratelimits =>
  Object.fromEntries(configured.map(({ name, namespace_id, simple }) => [name, { namespace_id, simple }]));

const configIn = (root: string) =>
  unstable_readConfig({ config: path.join(root, "wrangler.toml") }, { hideWarnings: true });

async function runWrangler(args: string[], cwd: string): Promise<void> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  const child = spawn("npx", ["wrangler", ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
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
