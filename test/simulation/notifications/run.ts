// `npm run test:push [-- --quick] [-- --bugs]`: prints a table of numbers with their bounds, and
// fails where a bound is missed.
import { readOptions } from "./options.ts";
import "../kit/source-imports.ts";

// Leaves through `exit`, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const options = readOptions();
// Imported dynamically, after source-imports.ts.
const { runOnce, runBugs } = await import("./runs.ts");
const hasPassed = await (options.bugs ? runBugs(options) : runOnce(options));
process.exit(hasPassed ? 0 : 1);
