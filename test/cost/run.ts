// `npm run bench:cost [-- --quick | --large]`: the real Worker on the bare runtime, with a meter on
// everything that is billed, and members who chat. All numbers are counted, not estimated; prices
// are those of `src/domain/prices.ts`. Fails when a lively channel of a hundred exceeds a bar. With
// `--large` it fails when a message into a channel with a thousand people costs more than one into
// a group of ten.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMet } from "../simulation/kit/report.ts";
import { bundle } from "../simulation/kit/worker-bundle.ts";
import { measureLarge } from "./large-cost.ts";
import { measure } from "./measurement.ts";
import { measurePresence } from "./presence-cost.ts";
import { report } from "./report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
  },
});

/** The measurement of presence has to end within the lifetime of an access token. */
const PRESENCE_MS = 120_000;

// Ends through `exit`, so that the server is stopped too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const folder = mkdtempSync(path.join(tmpdir(), "parley-cost-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
// The bundle keeps function names, as in every earlier measurement.
const worker = await bundle("test/cost/metered/worker.ts", folder);
if (values.large) process.exit(Object.values(await measureLarge(worker, Number(values.seed))).every(isMet) ? 0 : 1);
const times = values.quick ? { idleMs: 20_000, livelyMs: 36_000 } : { idleMs: 120_000, livelyMs: 6 * 60_000 };
// Counts do not depend on the load of the machine, so both run at the same time.
const [result, presence] = await Promise.all([
  measure(worker, times, Number(values.seed)),
  measurePresence(worker, PRESENCE_MS),
]);
const bars = report(result, presence, values.quick);
process.exit(Object.values(bars).every(isMet) ? 0 : 1);
