// Plants one bug after the other in a copy of the sources. The run must find each.
import type { PlantedBug } from "../kit/planted-bug.ts";
import { SourceTree } from "../kit/source-tree.ts";
import type { Options } from "./options.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { simulate } from "./suite.ts";
import { bundlePlain } from "./worker-bundles.ts";

/** The run that looks for a planted bug; it ends with the first finding. */
const BUG_RUN = { people: 60, disturbances: 300, kills: 0 };

/** Answers whether each bug was found. */
export async function findPlantedBugs(options: Options): Promise<boolean> {
  const bugs = plantedBugs.filter(({ name }) => name.includes(options.bug));
  const found: Record<string, string> = {};
  let hasPassed = bugs.length > 0;
  for (const bug of bugs) {
    const { isFound, how } = await findBug(bug, options);
    hasPassed &&= isFound;
    found[bug.name] = how;
    console.error(`${isFound ? "found " : "MISSED"} ${bug.name}: ${how}`);
  }
  console.log(JSON.stringify({ part: "bugs", seed: options.seed, bugs: bugs.length, allFound: hasPassed, found }));
  return hasPassed;
}

async function findBug({ edits }: PlantedBug, options: Options): Promise<{ isFound: boolean; how: string }> {
  const tree = SourceTree.copy(options.root);
  const begun = performance.now();
  try {
    tree.edit(edits);
    const { findings } = await simulate(await bundlePlain(tree), { ...options, ...BUG_RUN }, true);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    // A refused or unanswered request is no evidence of the bug.
    const isFound = findings.total > findings.counts.failed;
    return { isFound, how: `${findings.examples[0] ?? "nothing was found"} (after ${seconds} s)` };
  } catch (error) {
    return { isFound: false, how: `the run failed: ${String(error).slice(0, 400)}` };
  } finally {
    tree.remove();
  }
}
