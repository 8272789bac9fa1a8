// A server's Worker, made from a copy of its sources, plain or with the meter of the costs at it.
import { cpSync } from "node:fs";
import path from "node:path";
import { unstable_readConfig } from "wrangler";
import { runTool, type Tree } from "../faults/tree.ts";
import { queuesOf } from "../masses/queues.ts";
import type { Bundle } from "../masses/worker-bundle.ts";

const meter = path.join(import.meta.dirname, "../cost/metered");

export async function bundlePlain(tree: Tree): Promise<Bundle> {
  await tree.bundle();
  return bundleOf(tree, tree.worker);
}

export async function bundleMetered(tree: Tree): Promise<Bundle> {
  const entry = "test/cost/metered/worker.ts";
  cpSync(meter, path.join(tree.folder, path.dirname(entry)), { recursive: true });
  await runTool("wrangler", ["deploy", entry, "--dry-run", "--outdir", "metered"], tree.folder);
  return bundleOf(tree, path.join(tree.folder, "metered/worker.js"));
}

function bundleOf(tree: Tree, script: string): Bundle {
  const config = unstable_readConfig({ config: path.join(tree.folder, "wrangler.toml") }, { hideWarnings: true });
  const {
    compatibility_date: compatibilityDate,
    compatibility_flags: compatibilityFlags,
    queues,
    secrets,
    vars,
  } = config;
  if (!compatibilityDate) throw new Error("wrangler.toml has no compatibility_date");
  return {
    script,
    compatibilityDate,
    compatibilityFlags,
    queues: queuesOf(queues),
    secrets: secrets?.required ?? [],
    vars,
  };
}
