// The two kinds of runs: against the server as it is, and against servers with a planted bug each.
import type { PlantedBug } from "../kit/planted-bug.ts";
import { SourceTree } from "../kit/source-tree.ts";
import { nextVersion } from "./next-version.ts";
import type { Options } from "./options.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { runSuite } from "./suite.ts";

/** The run that looks for a planted bug: few people, many kills, and at most this long. */
const BUG_RUN = { seconds: 45, kills: 5, channels: 2, people: 6 };

/** Prints one line of numbers; answers whether nothing was violated. */
export async function runOnce(options: Options): Promise<boolean> {
  const [tree, later] = [SourceTree.copy(options.root), SourceTree.copy(options.root)];
  try {
    later.edit(nextVersion);
    await Promise.all([tree.bundle(), later.bundle(), tree.migrate()]);
    const { violations, numbers } = await runSuite(tree, [later], options, false);
    for (const example of violations.unreported()) console.error(example);
    if (violations.total > 0) console.error(`seed ${options.seed} found ${violations.total} violations`);
    console.log(JSON.stringify(numbers));
    return violations.total === 0;
  } finally {
    tree.remove();
    later.remove();
  }
}

/** Plants one bug after the other; answers whether each was found. */
export async function runBugs(options: Options): Promise<boolean> {
  const bugs = plantedBugs.filter(({ name }) => name.includes(options.bug ?? ""));
  const clean = SourceTree.copy(options.root);
  const found: Record<string, unknown> = {};
  let hasPassed = bugs.length > 0;
  try {
    await clean.migrate();
    // The next tree is built while this one is tested.
    let next = plant(bugs[0], clean, options.root);
    for (const [at, { name }] of bugs.entries()) {
      const tree = await next;
      next = plant(bugs[at + 1], clean, options.root);
      const outcome = await runBug(tree, options);
      hasPassed &&= outcome.isFound;
      found[name] = outcome.how;
      console.error(`${outcome.isFound ? "found " : "MISSED"} ${name}: ${outcome.how}`);
    }
  } finally {
    clean.remove();
  }
  console.log(JSON.stringify({ seed: options.seed, bugs: bugs.length, allFound: hasPassed, found }));
  return hasPassed;
}

type PlantedTree = { tree: SourceTree } | { failure: string };

/** A tree with the planted bug, or why there is none. */
async function plant(bug: PlantedBug | undefined, clean: SourceTree, root: string): Promise<PlantedTree> {
  if (bug === undefined) return { failure: "there is no such bug" };
  const tree = SourceTree.copy(root);
  try {
    tree.edit(bug.edits);
    await tree.bundle();
    tree.adopt(clean);
    return { tree };
  } catch (error) {
    tree.remove();
    return { failure: `it could not be planted: ${String(error).slice(0, 400)}` };
  }
}

async function runBug(planted: PlantedTree, options: Options): Promise<{ isFound: boolean; how: string }> {
  if ("failure" in planted) return { isFound: false, how: planted.failure };
  const begun = performance.now();
  try {
    const { violations } = await runSuite(planted.tree, [], { ...options, ...BUG_RUN }, true);
    const seconds = Math.round((performance.now() - begun) / 1_000);
    return {
      isFound: violations.total > 0,
      how: `${violations.examples[0] ?? "nothing was found"} (after ${seconds} s)`,
    };
  } catch (error) {
    return { isFound: false, how: `the run failed: ${String(error).slice(0, 400)}` };
  } finally {
    planted.tree.remove();
  }
}
