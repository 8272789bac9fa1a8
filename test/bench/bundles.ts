// The Workers of the bench as `wrangler deploy` bundles them, for the bare runtime. Each is bundled
// once in a run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Bundle, bundle } from "../simulation/kit/worker-bundle.ts";

const ownRoot = path.join(import.meta.dirname, "../..");
const limitRoot = path.join(import.meta.dirname, "limit");

/** Bundles by the folder of their sources. */
const bundles = new Map<string, Promise<Bundle>>();

/** `root`: the folder of an earlier version; null for this project. */
export const parleyBundle = (root: string | null): Promise<Bundle> => bundleOnce("src/index.ts", root ?? ownRoot);
export const limitBundle = (): Promise<Bundle> => bundleOnce("worker.ts", limitRoot);

function bundleOnce(main: string, root: string): Promise<Bundle> {
  const made = bundles.get(root) ?? bundle(main, makeFolder(), root);
  bundles.set(root, made);
  return made;
}

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
