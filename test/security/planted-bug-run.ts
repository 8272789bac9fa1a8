// Plants one bug after the other in a copy of the sources. The part that is named must find each.
import path from "node:path";
import { isMet } from "../simulation/kit/report.ts";
import { SourceTree } from "../simulation/kit/source-tree.ts";
import { bundle } from "../simulation/kit/worker-bundle.ts";
import type { Attack, AttackOptions } from "./attack.ts";
import { plantedBugs, type SecurityBug } from "./planted-bugs.ts";
import { SecurityServer } from "./server.ts";

const root = path.join(import.meta.dirname, "../..");

type LoadAttack = (part: string) => Promise<Attack>;

/** Plants the bugs whose name contains `name`. Answers whether each was found, and prints how. */
export async function findPlantedBugs(name: string, load: LoadAttack, options: AttackOptions): Promise<boolean> {
  const bugs = plantedBugs.filter((bug) => bug.name.includes(name));
  const found: Record<string, string> = {};
  let areAllFound = bugs.length > 0;
  for (const bug of bugs) {
    const { isFound, how } = await findBug(bug, await load(bug.part), options);
    areAllFound &&= isFound;
    found[bug.name] = how;
    console.error(`${isFound ? "found " : "MISSED"} ${bug.name}: ${how}`);
  }
  console.log(JSON.stringify({ part: "bugs", seed: options.seed, bugs: bugs.length, allFound: areAllFound, found }));
  return areAllFound;
}

/** A bug is found where every bar that it names is missed. A run that throws finds nothing. */
async function findBug({ edits, foundAs }: SecurityBug, attack: Attack, options: AttackOptions) {
  const begun = performance.now();
  const tree = SourceTree.copy(root);
  try {
    tree.edit(edits);
    const server = new SecurityServer(await bundle("src/index.ts", path.join(tree.folder, "plain"), tree.folder));
    const { bars } = await attack(server, { ...options, quick: true });
    await server.remove();
    const missed = Object.keys(bars).filter((bar) => !isMet(bars[bar] ?? { value: Number.NaN }));
    const values = missed.map((bar) => `${bar} ${bars[bar]?.value}`).join(", ");
    const seconds = Math.round((performance.now() - begun) / 1_000);
    return {
      isFound: foundAs.every((bar) => missed.includes(bar)),
      how: `${values || "nothing was found"} (after ${seconds} s)`,
    };
  } finally {
    tree.remove();
  }
}
