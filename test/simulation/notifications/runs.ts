// The two things that can be asked for: that the server tells whom it should, and that the suite finds the bugs that were planted.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isMet } from "../kit/report.ts";
import { SourceTree } from "../kit/source-tree.ts";
import type { Options } from "./options.ts";
import { bugRun, full, quick } from "./plans.ts";
import { type Outcome, runSuite } from "./suite.ts";

const folder = path.join(import.meta.dirname, "bugs");

/** Prints a table; whether every bound was kept. */
export async function runOnce(options: Options): Promise<boolean> {
  const tree = SourceTree.copy(options.root);
  try {
    await tree.bundle();
    const outcome = await runSuite(tree, options.quick ? quick : full, options.seed);
    print(outcome);
    return outcome.hasPassed;
  } finally {
    // Whoever looks for a cause wants to see what the server had stored.
    if (process.env.KEEP) console.error(`kept: ${tree.folder}`);
    else tree.remove();
  }
}

function print({ bars, seen, examples, hasPassed }: Outcome): void {
  console.table(
    Object.fromEntries(
      Object.entries(bars).map(([name, bar]) => [name, { ...bar, verdict: isMet(bar) ? "ok" : "FAIL" }]),
    ),
    ["value", "atLeast", "atMost", "verdict"],
  );
  console.log(JSON.stringify(seen, null, 1));
  for (const example of examples) console.log(example);
  console.log(hasPassed ? "PASS" : "FAIL");
}

/** Plants one bug after the other; whether every one was found. */
export async function runBugs(options: Options): Promise<boolean> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".patch") && name.includes(options.bug));
  let areFound = names.length > 0;
  for (const name of names) {
    const { isFound, how } = await runBug(path.join(folder, name), options);
    areFound &&= isFound;
    console.log(`${isFound ? "found " : "MISSED"} ${name}: ${how}`);
  }
  return areFound;
}

/** Whether the bound was broken that the first line of the patch names. */
async function runBug(patch: string, options: Options): Promise<{ isFound: boolean; how: string }> {
  const name = /^Breaks: (\w+)$/m.exec(readFileSync(patch, "utf8"))?.[1] ?? "";
  const tree = SourceTree.copy(options.root);
  try {
    await tree.patch(patch);
    await tree.bundle();
    const { bars, examples } = await runSuite(tree, bugRun, options.seed);
    const bar = bars[name];
    if (!bar) return { isFound: false, how: "it names no bound" };
    return { isFound: !isMet(bar), how: `${name} ${bar.value}; ${examples[0] ?? ""}` };
  } catch (error) {
    return { isFound: false, how: `it did not run: ${String(error).slice(0, 400)}` };
  } finally {
    tree.remove();
  }
}
