// `npm run test:faults -- --seconds 90 --seed 1`: prints one line of numbers. It fails, with the
// first examples, where an entry is lost, duplicated, moved or out of order. `--bugs` shows that it
// finds planted bugs.

import { runTool } from "../kit/source-tree.ts";
import { readOptions } from "./options.ts";

const options = readOptions();
// Built before the rest is loaded, because the clients use the built SDK.
await runTool("vite", ["build", "--config", "src/sdk/vite.config.ts"], options.root);
const { runOnce, runBugs } = await import("./runs.ts");
const hasPassed = await (options.bugs ? runBugs(options) : runOnce(options));
// Ends requests that still wait for a closed proxy.
process.exit(hasPassed ? 0 : 1);
