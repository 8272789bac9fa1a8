// `npm run test:archive -- --part failing,canaries,searches [--quick]`: prints one JSON line a
// part, and fails where a number misses its bound.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMet, type Report } from "../kit/report.ts";
import "../kit/source-imports.ts";

type Part = (folder: string, quick: boolean) => Promise<Report>;

// Imported dynamically, after source-imports.ts.
const parts = new Map<string, () => Promise<Part>>([
  ["failing", async () => (await import("./archive-outage.ts")).failing],
  ["canaries", async () => (await import("./canaries.ts")).canaries],
  ["searches", async () => (await import("./searches.ts")).searches],
]);

const { values } = parseArgs({
  options: {
    part: { type: "string", default: [...parts.keys()].join() },
    quick: { type: "boolean", default: false },
  },
});
const chosen = values.part.split(",").map((name) => {
  const load = parts.get(name);
  if (!load) throw new Error(`there is no part ${name}; the parts are ${[...parts.keys()].join(", ")}`);
  return { name, load };
});

// Leaves through `exit`, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const folder = mkdtempSync(path.join(tmpdir(), "parley-bundle-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
let missed = 0;
for (const { name, load } of chosen) {
  const startedAt = performance.now();
  const play = await load();
  const { setting, bars, seen } = await play(path.join(folder, name), values.quick);
  const failing = Object.keys(bars).filter((bar) => !isMet(bars[bar] ?? { value: Number.NaN }));
  missed += failing.length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const met = failing.length === 0;
  console.log(JSON.stringify({ part: name, quick: values.quick, met, failing, setting, bars, seen, seconds }));
}
process.exit(missed === 0 ? 0 : 1);
