// `npm run test:load -- --scenario slow-readers,storm,idle [--quick]`: prints one JSON line a
// scenario, and fails where a number misses its bound.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMet, type Scenario } from "../kit/report.ts";
import { bundle } from "../kit/worker-bundle.ts";
import { idle } from "./idle.ts";
import { slowReaders } from "./slow-readers.ts";
import { storm } from "./storm.ts";

const scenarios = new Map<string, Scenario>([
  ["slow-readers", slowReaders],
  ["storm", storm],
  ["idle", idle],
]);

const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: [...scenarios.keys()].join() },
    quick: { type: "boolean", default: false },
  },
});
const chosen = values.scenario.split(",").map((name) => {
  const play = scenarios.get(name);
  if (!play) throw new Error(`there is no scenario ${name}; the scenarios are ${[...scenarios.keys()].join(", ")}`);
  return { name, play };
});

// Leaves through `exit`, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const folder = mkdtempSync(path.join(tmpdir(), "parley-bundle-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
let missed = 0;
// The bundle keeps names, as in all earlier measurements.
const worker = await bundle("src/index.ts", folder);
for (const { name, play } of chosen) {
  const startedAt = performance.now();
  const { setting, bars, seen } = await play(worker, values.quick);
  const failing = Object.keys(bars).filter((bar) => !isMet(bars[bar] ?? { value: Number.NaN }));
  missed += failing.length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(
    JSON.stringify({
      scenario: name,
      quick: values.quick,
      met: failing.length === 0,
      failing,
      setting,
      bars,
      seen,
      seconds,
    }),
  );
}
process.exit(missed === 0 ? 0 : 1);
