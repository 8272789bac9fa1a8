// The authorisation matrix: every route, command and method of a channel, for every caller and
// every state of what it names. `npm test` runs a sample, the long run all of it.
import { beforeAll, expect, test } from "vitest";
import { ChannelObjectBase } from "../../../src/channel/object";
import { ServiceRequests } from "../../../src/channel/service-requests";
import { app } from "../../../src/gateway/app";
import { channelCommand } from "../../../src/protocol";
import { longTest } from "../../support/long-test";
import { isBriefLongRun, runs } from "../../support/runs";
import type { Caller } from "./callers";
import { secretsFrom } from "./cell";
import { socketsOf } from "./channel-cells";
import { allCells, faultIn } from "./matrix";
import { callerMethods, internalMethods } from "./object-cells";
import { type MatrixWorld, makeWorld, registerPeople } from "./world";

/** A sample of a prime step has cells of every row and caller. */
const SAMPLE_STEP = 61;
/** That of a long run whose scale is below 1. */
const BRIEF_STEP = 7;

const registered = [
  ...new Set(
    app.routes
      .filter(({ method }) => method !== "ALL" && method !== "OPTIONS")
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`),
  ),
];
const cells = allCells(registered);
let world: MatrixWorld;

beforeAll(async () => {
  world = await makeWorld(await registerPeople());
}, 60_000);

test("every route, command and method has a row, and the cells are more than 3,000", () => {
  const rows = new Set(cells.map(({ row }) => row.replace(/: .*/, "")));
  expect(registered.filter((route) => !rows.has(route))).toEqual([]);
  const commands = new Set(cells.map(({ row }) => /: (.*)/.exec(row)?.[1]));
  const types = channelCommand.options.map(({ shape }) => shape.type.value);
  // `channel.subscribe` is what opens a socket for events: test/channel/access.test.ts.
  expect(types.filter((type) => !commands.has(type) && type !== "channel.subscribe")).toEqual([]);
  const known = [...callerMethods, ...Object.keys(internalMethods)];
  const methods = [ChannelObjectBase, ServiceRequests].flatMap(({ prototype }) =>
    Object.getOwnPropertyNames(prototype),
  );
  expect(methods.filter((name) => !known.includes(name))).toEqual([]);
  console.log(`authorisation matrix: ${cells.length} cells in ${rows.size} rows`);
  expect(cells.length).toBeGreaterThan(3_000);
});

async function check(which: typeof cells): Promise<void> {
  const faults: string[] = [];
  for (const cell of which) {
    const fault = await faultIn(world, cell);
    if (fault !== null) faults.push(fault);
  }
  console.log(`authorisation matrix: ${which.length} cells checked, ${faults.length} differ`);
  console.log(faults.join("\n"));
  expect(faults).toEqual([]);
}

test("a sample of the cells is as the table says", { timeout: 60_000 }, async () => {
  const from = Number(runs(1, 1)) - 1;
  await check(cells.filter((_, at) => at % SAMPLE_STEP === from % SAMPLE_STEP));
});

longTest("all cells are as the table says, and no event shows more than a read", async () => {
  await check(isBriefLongRun ? cells.filter((_, at) => at % BRIEF_STEP === 0) : cells);
  for (const [key, { frames }] of socketsOf(world)) {
    const [caller = ""] = key.split(" ");
    const shown = secretsFrom(caller as Caller).filter((secret) => JSON.stringify(frames).includes(secret));
    expect(shown, key).toEqual([]);
  }
});
