// The two kinds of runs: against the server as it is, and against servers with a planted bug each.

import type { PlantedBug } from "../kit/planted-bug.ts";
import { isMet } from "../kit/report.ts";
import { SourceTree } from "../kit/source-tree.ts";
import type { Options } from "./options.ts";
import { bugRun, full, quick } from "./plans.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { type Outcome, runSuite } from "./suite.ts";

/** Prints a table; answers whether every bound was kept. */
export async function runOnce(options: Options): Promise<boolean> {
  const tree = SourceTree.copy(options.root);
  try {
    await tree.bundle();
    const outcome = await runSuite(tree, options.quick ? quick : full, options.seed);
    print(outcome);
    return outcome.hasPassed;
  } finally {
    // To look for a cause, `KEEP` leaves what the server had stored.
    if (process.env.KEEP) console.error(`kept: ${tree.folder}`);
    else tree.remove();
  }
}

function print({ bars, seen, examples, hasPassed }: Outcome): void {
  console.table(
    Object.fromEntries(
      Object.entries(bars).map(([name, bar]) => [name, { ...bar, result: isMet(bar) ? "ok" : "FAIL" }]),
    ),
    ["value", "atLeast", "atMost", "result"],
  );
  console.log(JSON.stringify(seen, null, 1));
  for (const example of examples) console.log(example);
  console.log(hasPassed ? "PASS" : "FAIL");
}

/** Plants one bug after the other; answers whether each was found. */
export async function runBugs(options: Options): Promise<boolean> {
  const bugs = plantedBugs.filter(({ name }) => name.includes(options.bug));
  let areFound = bugs.length > 0;
  for (const bug of bugs) {
    const { isFound, how } = await runBug(bug, options);
    areFound &&= isFound;
    console.log(`${isFound ? "found " : "MISSED"} ${bug.name}: ${how}`);
  }
  return areFound;
}

/** A bug is found where one of the bars that it names fails. */
async function runBug({ edits, foundAs }: PlantedBug, options: Options): Promise<{ isFound: boolean; how: string }> {
  const tree = SourceTree.copy(options.root);
  try {
    tree.edit(edits);
    await tree.bundle();
    const { bars, examples } = await runSuite(tree, bugRun, options.seed);
    const broken = Object.entries(bars).filter(([name, bar]) => foundAs.includes(name) && !isMet(bar));
    const values = broken.map(([name, { value }]) => `${name} ${value}`).join(", ");
    return { isFound: broken.length > 0, how: `${values || "no bar failed"}; ${examples[0] ?? ""}` };
  } catch (error) {
    return { isFound: false, how: `the run failed: ${String(error).slice(0, 400)}` };
  } finally {
    tree.remove();
  }
}
