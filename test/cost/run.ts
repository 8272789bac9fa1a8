// `npm run bench:cost [-- --quick]`: the real Worker on the bare runtime, with a meter at everything that is billed, and people who talk. What is
// shown is counted, never reckoned; prices are those of `src/domain/prices.ts`. Fails when a lively channel of a hundred is over its bar.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMet } from "../simulation/kit/report.ts";
import { bundle } from "../simulation/kit/worker-bundle.ts";
import { measure } from "./measuring.ts";
import { show } from "./showing.ts";
import { measureWatching } from "./watching.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});

/** Access tokens last five minutes: all of it has to be over by then. */
const WATCHED_MS = 120_000;

// Leaves through `exit`, so that the server ends too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const folder = mkdtempSync(path.join(tmpdir(), "parley-cost-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
// Names are kept, as in all that was measured so far.
const worker = await bundle("test/cost/metered/worker.ts", folder);
const times = values.quick ? { idleMs: 20_000, livelyMs: 36_000 } : { idleMs: 120_000, livelyMs: 6 * 60_000 };
// What is counted does not depend on what else the machine does.
const [result, watched] = await Promise.all([
  measure(worker, times, Number(values.seed)),
  measureWatching(worker, WATCHED_MS),
]);
const bars = show(result, watched, values.quick);
process.exit(Object.values(bars).every(isMet) ? 0 : 1);
