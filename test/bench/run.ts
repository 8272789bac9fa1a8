// `npm run bench`: Parley beside the minimum that the platform needs for the same work, in the same
// minutes, on the same core. Ratios are checked. `--scenario a,b` selects scenarios, `--rounds` and
// `--seconds` set the length, `--out FILE` writes everything as JSON.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { takeGeneratorCore } from "./machine.ts";
import { PairOfSystems } from "./pair-of-systems.ts";
import { type Line, linesOf, print, type Round } from "./results.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/all.ts";

const names = scenarios.map(({ name }) => name);
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: names.join(",") },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    out: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const chosen = values.scenario.split(",").map((name) => {
  const scenario = scenarios.find((known) => known.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}, only ${names.join(", ")}`);
  return scenario;
});

const isApart = takeGeneratorCore();
console.log(isApart ? "Server on one core, generator on another." : "Server and generator share the cores.");

const shared = chosen.some(({ needsFreshServer }) => !needsFreshServer) ? await PairOfSystems.start() : null;

async function measure(scenario: Scenario): Promise<Round> {
  const own = scenario.needsFreshServer ? await PairOfSystems.start() : null;
  const systems = own ?? shared;
  if (!systems) throw new Error("the systems are not started");
  const limit = await scenario.measure(systems.limit(scenario.against), seconds);
  const parley = await scenario.measure(systems.parley, seconds);
  own?.stop();
  return { limit, parley };
}

const results: { scenario: string; lines: Line[]; rounds: Round[] }[] = [];
for (const scenario of chosen) {
  const done: Round[] = [];
  for (let round = 0; round < rounds; round++) done.push(await measure(scenario));
  const lines = linesOf(scenario, done);
  print(scenario, lines);
  results.push({ scenario: scenario.name, lines, rounds: done });
}

if (values.out) writeFileSync(values.out, `${JSON.stringify({ isApart, seconds, results }, null, 2)}\n`);
const failed = results.flatMap(({ lines }) => lines).filter(({ verdict }) => verdict === "FAIL");
console.log(failed.length === 0 ? "\nEvery bar that was measured holds." : `\n${failed.length} bars do not hold.`);
process.exit(failed.length === 0 ? 0 : 1);
