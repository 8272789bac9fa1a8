// Plants one bug after the other in a copy of the sources; each has to be found.
import { readdirSync } from "node:fs";
import path from "node:path";
import { Tree } from "../faults/tree.ts";
import { bundlePlain } from "./bundling.ts";
import type { Options } from "./options.ts";
import { play } from "./playing.ts";

const folder = path.join(import.meta.dirname, "bugs");
/** What a planted bug is given; the run ends with the first thing that may not be. */
const HUNT = { people: 60, disturbances: 300, kills: 0 };

/** Whether every bug was found. */
export async function hunt(options: Options): Promise<boolean> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".patch") && name.includes(options.bug));
  const found: Record<string, string> = {};
  let isGood = names.length > 0;
  for (const name of names) {
    const { isFound, how } = await look(path.join(folder, name), options);
    isGood &&= isFound;
    found[name] = how;
    console.error(`${isFound ? "found " : "MISSED"} ${name}: ${how}`);
  }
  console.log(JSON.stringify({ part: "bugs", seed: options.seed, bugs: names.length, allFound: isGood, found }));
  return isGood;
}

async function look(patch: string, options: Options): Promise<{ isFound: boolean; how: string }> {
  const tree = Tree.copy(options.root);
  const begun = performance.now();
  try {
    await tree.patch(patch);
    const { findings } = await play(await bundlePlain(tree), { ...options, ...HUNT }, true);
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
