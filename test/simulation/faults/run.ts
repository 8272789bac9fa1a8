// `npm run test:faults -- --seconds 90 --seed 1`: prints one line of numbers, and fails with the first examples where anything is
// lost, doubled, moved or out of order. `--bugs` shows that it would notice.

import { runTool } from "../kit/source-tree.ts";
import { readOptions } from "./options.ts";

const options = readOptions();
// Before the rest is loaded: it speaks through the SDK as it is built.
await runTool("vite", ["build", "--config", "src/sdk/vite.config.ts"], options.root);
const { runOnce, runBugs } = await import("./runs.ts");
const hasPassed = await (options.bugs ? runBugs(options) : runOnce(options));
// Whatever still waits for a network of ours waits in vain.
process.exit(hasPassed ? 0 : 1);
