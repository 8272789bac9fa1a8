// Plants one bug after the other in a copy of the sources; each has to be found.
import { readdirSync } from "node:fs";
import path from "node:path";
import { SourceTree } from "../kit/source-tree.ts";
import type { Options } from "./options.ts";
import { simulate } from "./suite.ts";
import { bundlePlain } from "./worker-bundles.ts";

const folder = path.join(import.meta.dirname, "bugs");
/** What a planted bug is given; the run ends with the first thing that may not be. */
const BUG_RUN = { people: 60, disturbances: 300, kills: 0 };

/** Whether every bug was found. */
export async function hunt(options: Options): Promise<boolean> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".patch") && name.includes(options.bug));
  const found: Record<string, string> = {};
  let hasPassed = names.length > 0;
  for (const name of names) {
    const { isFound, how } = await look(path.join(folder, name), options);
    hasPassed &&= isFound;
    found[name] = how;
    console.error(`${isFound ? "found " : "MISSED"} ${name}: ${how}`);
  }
  console.log(JSON.stringify({ part: "bugs", seed: options.seed, bugs: names.length, allFound: hasPassed, found }));
  return hasPassed;
}

async function look(patch: string, options: Options): Promise<{ isFound: boolean; how: string }> {
  const tree = SourceTree.copy(options.root);
  const begun = performance.now();
  try {
    await tree.patch(patch);
    const { findings } = await simulate(await bundlePlain(tree), { ...options, ...BUG_RUN }, true);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    // Somebody who could not be served is no sign of it.
    const isFound = findings.total > findings.counts.failed;
    return { isFound, how: `${findings.examples[0] ?? "nothing was noticed"} (after ${seconds} s)` };
  } catch (error) {
    return { isFound: false, how: `it did not run: ${String(error).slice(0, 400)}` };
  } finally {
    tree.remove();
  }
}
