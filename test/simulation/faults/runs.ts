// The two things that can be asked for: that the server has no faults, and that the suite finds those that were planted.
import { readdirSync } from "node:fs";
import path from "node:path";
import { SourceTree } from "../kit/source-tree.ts";
import type { Options } from "./options.ts";
import { runSuite } from "./suite.ts";

const folder = path.join(import.meta.dirname, "bugs");
/** A later version as it might be: steps of the schemas, fields and frames that today's code has never heard of. */
const nextVersion = path.join(import.meta.dirname, "tomorrow.patch");

/** What a planted bug is given: few people, many kills, and no more than this long. */
const BUG_RUN = { seconds: 45, kills: 5, channels: 2, people: 6 };

/** Prints one line of numbers; whether all of them are good. */
export async function runOnce(options: Options): Promise<boolean> {
  const [tree, later] = [SourceTree.copy(options.root), SourceTree.copy(options.root)];
  try {
    await later.patch(nextVersion);
    await Promise.all([tree.bundle(), later.bundle(), tree.migrate()]);
    const { violations, numbers } = await runSuite(tree, [later], options, false);
    for (const example of violations.unreported()) console.error(example);
    if (violations.total > 0) console.error(`seed ${options.seed} found ${violations.total} faults`);
    console.log(JSON.stringify(numbers));
    return violations.total === 0;
  } finally {
    tree.remove();
    later.remove();
  }
}

/** Plants one bug after the other; whether every one was found. */
export async function runBugs(options: Options): Promise<boolean> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".patch") && name.includes(options.bug ?? ""));
  const clean = SourceTree.copy(options.root);
  const found: Record<string, unknown> = {};
  let hasPassed = names.length > 0;
  try {
    await clean.migrate();
    // The next one is built while this one runs.
    let next = plant(names[0], clean, options.root);
    for (const [at, name] of names.entries()) {
      const tree = await next;
      next = plant(names[at + 1], clean, options.root);
      const outcome = await runBug(tree, options);
      hasPassed &&= outcome.isFound;
      found[name] = outcome.how;
      console.error(`${outcome.isFound ? "found " : "MISSED"} ${name}: ${outcome.how}`);
    }
  } finally {
    clean.remove();
  }
  console.log(JSON.stringify({ seed: options.seed, bugs: names.length, allFound: hasPassed, found }));
  return hasPassed;
}

type PlantedTree = { tree: SourceTree } | { failure: string };

/** A tree with the bug in it, or why there is none. */
async function plant(name: string | undefined, clean: SourceTree, root: string): Promise<PlantedTree> {
  if (name === undefined) return { failure: "there is no other" };
  const tree = SourceTree.copy(root);
  try {
    await tree.patch(path.join(folder, name));
    await tree.bundle();
    tree.adopt(clean);
    return { tree };
  } catch (error) {
    tree.remove();
    return { failure: `it can no longer be planted: ${String(error).slice(0, 400)}` };
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
      how: `${violations.examples[0] ?? "nothing was noticed"} (after ${seconds} s)`,
    };
  } catch (error) {
    return { isFound: false, how: `it did not run: ${String(error).slice(0, 400)}` };
  } finally {
    planted.tree.remove();
  }
}
