// `npm run bench`: Parley beside the minimum that the platform needs for the same work, in the same
// minutes, on the same core, under `wrangler dev` and on the bare runtime. Ratios are checked.
// `--host bare` or `--host wrangler` chooses one host, `--scenario a,b` selects scenarios,
// `--rounds` and `--seconds` set the length, `--out FILE` writes everything as JSON, `--record`
// appends one line to docs/results/bench.jsonl. On the bare runtime `--profile FILE` writes a CPU
// profile of Parley, and `--before FOLDER` compares with the sources of an earlier version in that
// folder instead of the limit.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Host, hosts } from "./host.ts";
import { describeMachine, takeGeneratorCore } from "./machine.ts";
import { PairOfSystems } from "./pair-of-systems.ts";
import { type Line, linesOf, print, type Round } from "./results.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/all.ts";

const record = path.join(import.meta.dirname, "../../docs/results/bench.jsonl");
const names = scenarios.map(({ name }) => name);
const { values } = parseArgs({
  options: {
    host: { type: "string", default: hosts.join(",") },
    scenario: { type: "string", default: names.join(",") },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
    out: { type: "string" },
    record: { type: "boolean", default: false },
    profile: { type: "string" },
    before: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const options = { profile: values.profile ?? null, before: values.before ?? null };
const pick = <T>(kind: string, given: string, all: readonly T[], nameOf: (one: T) => string): T[] =>
  given.split(",").map((name) => {
    const found = all.find((known) => nameOf(known) === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}, only ${all.map(nameOf).join(", ")}`);
    return found;
  });
const chosen = pick("scenario", values.scenario, scenarios, ({ name }) => name);
const chosenHosts = pick<Host>("host", values.host, hosts, (host) => host);
if ((values.profile || values.before) && values.host !== "bare")
  throw new Error("--profile and --before need --host bare");

const isApart = takeGeneratorCore();
console.log(isApart ? "Server on one core, generator on another." : "Server and generator share the cores.");

const isShared = chosen.some(({ needsFreshServer }) => !needsFreshServer);
const shared = new Map<Host, PairOfSystems>();
if (isShared) for (const host of chosenHosts) shared.set(host, await PairOfSystems.start(host, options));

async function measure(scenario: Scenario, host: Host): Promise<Round> {
  const own = scenario.needsFreshServer ? await PairOfSystems.start(host, options) : null;
  const systems = own ?? shared.get(host);
  if (!systems) throw new Error("the systems are not started");
  const limit = await scenario.measure(systems.other(scenario.against), seconds);
  if (systems.parley.profiler) systems.parley.profiler.scenario = scenario.name;
  const parley = await scenario.measure(systems.parley, seconds);
  own?.stop();
  return { limit, parley };
}

const results: { scenario: string; host: Host; lines: Line[]; rounds: Round[] }[] = [];
for (const scenario of chosen) {
  const done = new Map<Host, Round[]>(chosenHosts.map((host) => [host, []]));
  // The hosts alternate too, so that a busy minute of the machine is not the minute of one host.
  for (let round = 0; round < rounds; round++)
    for (const host of chosenHosts) done.get(host)?.push(await measure(scenario, host));
  for (const [host, made] of done) {
    const lines = linesOf(scenario, host, made);
    print(scenario, host, lines);
    results.push({ scenario: scenario.name, host, lines, rounds: made });
  }
}

const conditions = { at: new Date().toISOString(), ...describeMachine(), isApart, seconds, rounds };
if (values.out) writeFileSync(values.out, `${JSON.stringify({ ...conditions, results }, null, 2)}\n`);
if (values.record) {
  mkdirSync(path.dirname(record), { recursive: true });
  const kept = results.map(({ scenario, host, lines }) => ({ scenario, host, lines }));
  appendFileSync(record, `${JSON.stringify({ ...conditions, results: kept })}\n`);
}
const failed = results.flatMap(({ lines }) => lines).filter(({ verdict }) => verdict === "FAIL");
console.log(failed.length === 0 ? "\nEvery bar that was measured holds." : `\n${failed.length} bars do not hold.`);
process.exit(failed.length === 0 ? 0 : 1);
