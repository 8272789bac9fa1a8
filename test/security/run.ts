// `npm run test:security -- [--part sessions,fuzzer] [--quick] [--seed N]`: runs the attacks
// against a running server. Prints one JSON line for each, and fails where a number misses its
// bound. `--requests N` and `--frames N` say how much the fuzzer sends.
// `--bugs` plants every bug of planted-bugs.ts, `--bug NAME` those whose name contains it, and
// fails where one is not found.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { isMet } from "../simulation/kit/report.ts";
import "../simulation/kit/source-imports.ts";
import { bundle } from "../simulation/kit/worker-bundle.ts";
import type { Attack } from "./attack.ts";
import { SecurityServer } from "./server.ts";

// Imported dynamically, after source-imports.ts.
const attacks = new Map<string, () => Promise<Attack>>([
  ["logs", async () => (await import("./logs.ts")).logs],
  ["guesses", async () => (await import("./guesses.ts")).guesses],
  ["floods", async () => (await import("./floods.ts")).floods],
  ["sessions", async () => (await import("./sessions.ts")).sessions],
  ["words", async () => (await import("./long-words.ts")).longWords],
  ["lists", async () => (await import("./long-lists.ts")).longLists],
  ["members", async () => (await import("./member-changes.ts")).memberChanges],
  ["guilds", async () => (await import("./guild-changes.ts")).guildChanges],
  ["canaries", async () => (await import("./canaries.ts")).canaries],
  ["fuzzer", async () => (await import("./fuzzer/fuzzer.ts")).fuzzer],
]);

const { values } = parseArgs({
  options: {
    part: { type: "string", default: [...attacks.keys()].join() },
    quick: { type: "boolean", default: false },
    bugs: { type: "boolean", default: false },
    bug: { type: "string" },
    seed: { type: "string", default: "1" },
    requests: { type: "string" },
    frames: { type: "string" },
  },
});
const load = async (name: string): Promise<Attack> => {
  const found = attacks.get(name);
  if (!found) throw new Error(`there is no part ${name}; the parts are ${[...attacks.keys()].join(", ")}`);
  return await found();
};

// Leaves through `exit`, so that the servers end too.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (values.bugs || values.bug !== undefined) {
  const { findPlantedBugs } = await import("./planted-bug-run.ts");
  const options = { quick: true, seed: values.seed };
  process.exit((await findPlantedBugs(values.bug ?? "", load, options)) ? 0 : 1);
}

const folder = mkdtempSync(path.join(tmpdir(), "parley-bundle-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const worker = await bundle("src/index.ts", folder);
const options = {
  quick: values.quick,
  seed: values.seed,
  ...(values.requests !== undefined && { requests: Number(values.requests) }),
  ...(values.frames !== undefined && { frames: Number(values.frames) }),
};
let missed = 0;
const chosen = await Promise.all(values.part.split(",").map(async (name) => ({ name, attack: await load(name) })));
for (const { name, attack } of chosen) {
  const startedAt = performance.now();
  const server = new SecurityServer(worker);
  const { setting, bars, seen } = await attack(server, options);
  await server.remove();
  const failing = Object.keys(bars).filter((bar) => !isMet(bars[bar] ?? { value: Number.NaN }));
  missed += failing.length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(JSON.stringify({ part: name, met: failing.length === 0, failing, setting, bars, seen, seconds }));
}
process.exit(missed === 0 ? 0 : 1);
