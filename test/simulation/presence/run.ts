// `npm run test:presence -- [--part asleep,disturbed] [--quick] [--seed N] [--root TREE]`: compares
// what everyone sees of everyone with what was done. Prints one JSON line a part, and fails where a
// wrong status was seen or a right one was not. `--bugs` shows that it finds planted bugs.

import { isMet } from "../kit/report.ts";
import { SourceTree } from "../kit/source-tree.ts";
import { sleep } from "./hibernation.ts";
import { readOptions } from "./options.ts";
import { findPlantedBugs } from "./planted-bug-run.ts";
import { simulate } from "./suite.ts";
import { bundleMetered, bundlePlain } from "./worker-bundles.ts";

const options = readOptions();
// Leaves through `exit`, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (options.bugs) process.exit((await findPlantedBugs(options)) ? 0 : 1);

const parts = new Map([
  ["asleep", runAsleep],
  ["disturbed", runDisturbed],
]);
const tree = SourceTree.copy(options.root);
process.once("exit", () => tree.remove());
const chosen = options.parts.map((name) => {
  const run = parts.get(name);
  if (!run) throw new Error(`there is no part ${name}; the parts are ${[...parts.keys()].join(", ")}`);
  return run;
});
// The parts run at the same time: neither needs the machine for itself.
const met = await Promise.all(chosen.map((run) => run()));
process.exit(met.every(Boolean) ? 0 : 1);

async function runAsleep(): Promise<boolean> {
  const { setting, bars, seen } = await sleep(await bundleMetered(tree), options.quick);
  const missed = Object.keys(bars).filter((bar) => !isMet(bars[bar] ?? { value: Number.NaN }));
  console.log(JSON.stringify({ part: "asleep", met: missed.length === 0, missed, setting, bars, seen }));
  return missed.length === 0;
}

async function runDisturbed(): Promise<boolean> {
  const { findings, progress, setting } = await simulate(await bundlePlain(tree), options, false);
  console.log(
    JSON.stringify({
      part: "disturbed",
      seed: options.seed,
      met: findings.total === 0,
      setting,
      disturbances: progress.count,
      byKind: progress.done,
      interrupted: progress.interrupted,
      violations: findings.counts,
      seenAfterSeconds: findings.convergence,
    }),
  );
  return findings.total === 0;
}
