// Bundles the Worker of a source tree, plain or with the cost meter.
import { cpSync } from "node:fs";
import path from "node:path";
import type { SourceTree } from "../kit/source-tree.ts";
import { type Bundle, bundle } from "../kit/worker-bundle.ts";

const meter = path.join(import.meta.dirname, "../../cost/metered");

export const bundlePlain = ({ folder }: SourceTree): Promise<Bundle> =>
  bundle("src/index.ts", path.join(folder, "plain"), folder);

export async function bundleMetered({ folder }: SourceTree): Promise<Bundle> {
  const entry = "test/cost/metered/worker.ts";
  cpSync(meter, path.join(folder, path.dirname(entry)), { recursive: true });
  return bundle(entry, path.join(folder, "metered"), folder);
}
