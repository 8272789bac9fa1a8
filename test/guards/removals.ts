// Removes every guard in turn and demands that a cell of the authorisation matrix notices. Which
// cells may notice is measured first: those that ask the guard.
import { expect, inject, test } from "vitest";
import { app } from "../../src/gateway/app";
import { type Cell, nameOf } from "../contract/authorisation/cell";
import { faultIn, matrixFor } from "../contract/authorisation/matrix";
import { type Anyone, type MatrixWorld, makeWorld, registerPeople } from "../contract/authorisation/world";
import type { Person } from "../support/http";
import type { Guard } from "./guard-finder";
import { provenElsewhere } from "./proven-elsewhere";

/** The most cells that are run without one guard. */
const part = JSON.parse(inject("part")) as Record<"FROM" | "TO" | "CELLS", string>;
const CELLS_PER_GUARD = Number(part.CELLS || 250);

let people: Record<Anyone, Person>;
let world: MatrixWorld;
const worlds = { made: 0, ms: 0 };
async function renew(): Promise<void> {
  globalThis.guards.removed = null;
  const from = Date.now();
  world = await makeWorld(people);
  worlds.made++;
  worlds.ms += Date.now() - from;
}

/** The cells that ask each guard. */
async function measure(cells: readonly Cell[]): Promise<Map<string, Cell[]>> {
  const asked = new Map<string, Cell[]>();
  const faults: string[] = [];
  for (const cell of cells) {
    globalThis.guards.onAsked = (id) => {
      const known = asked.get(id) ?? [];
      if (known.at(-1) !== cell) known.push(cell);
      asked.set(id, known);
    };
    const fault = await faultIn(world, cell);
    if (fault !== null) faults.push(fault);
  }
  globalThis.guards.onAsked = () => undefined;
  expect(faults).toEqual([]);
  return asked;
}

/** Different cells first: those that are refused, then one of each row, object and outcome. */
function chosen(cells: readonly Cell[]): Cell[] {
  const kinds = new Map<string, Cell[]>();
  for (const cell of cells) {
    const kind = `${cell.row} ${cell.object} ${cell.expected}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), cell]);
  }
  const groups = [...kinds.values()].sort((one, other) => isMade(one[0]) - isMade(other[0]));
  const found: Cell[] = [];
  for (let at = 0; found.length < CELLS_PER_GUARD && groups.some((group) => at < group.length); at++)
    for (const group of groups) found.push(...group.slice(at, at + 1));
  return found.slice(0, CELLS_PER_GUARD);
}
const isMade = (cell: Cell | undefined): number => (cell && /^\d|made|hello/.test(cell.expected) ? 1 : 0);

/** Runs a cell without a guard. Returns its fault. */
async function faultWithout(id: string, cell: Cell): Promise<string | null> {
  globalThis.guards.removed = id;
  const fault = await faultIn(world, cell);
  globalThis.guards.removed = null;
  return fault;
}

/**
 * Returns the fault that shows the absence of a guard; null if no cell shows it. Every cell was
 * right before, in a world that only right cells have touched since it was made.
 */
async function findFault(id: string, cells: readonly Cell[]): Promise<string | null> {
  for (const cell of cells) {
    const fault = await faultWithout(id, cell);
    if (fault === null) continue;
    // What was wrongly permitted has changed the world.
    if ((await faultIn(world, cell)) !== null) await renew();
    return fault;
  }
  return null;
}

test("every guard that is removed turns the matrix red", async () => {
  const guards = JSON.parse(inject("guards")) as Guard[];
  const chosenGuards = guards.slice(Number(part.FROM || 0), Number(part.TO || guards.length));
  people = await registerPeople();
  await renew();
  const registered = app.routes
    .filter(({ method }) => method !== "ALL" && method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const cells = matrixFor([...new Set(registered)]);
  const startedAt = Date.now();
  const asked = await measure(cells);
  console.log(`${cells.length} cells measured in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  const survivors: string[] = [];
  const unasked: string[] = [];
  const elsewhere: string[] = [];
  let killed = 0;
  let done = 0;
  for (const guard of chosenGuards) {
    const name = `${guard.id} (line ${guard.line}, ${guard.kind}): ${guard.text}`;
    const own = asked.get(guard.id);
    if (!own) {
      const proof = provenElsewhere(guard);
      if (proof === null) unasked.push(name);
      else elsewhere.push(`${name} -> ${proof}`);
      continue;
    }
    const fault = await findFault(guard.id, chosen(own));
    if (fault !== null) killed++;
    if (++done % 20 === 0) console.log(`${done} guards, ${killed} killed, ${worlds.made} worlds`);
    if (fault === null) {
      const proof = provenElsewhere(guard);
      if (proof === null) survivors.push(`${name} [${own.length} cells, as ${own[0] ? nameOf(own[0]) : ""}]`);
      else elsewhere.push(`${name} -> ${proof}`);
      console.log(`not noticed: ${name}`);
    }
  }
  console.log(`SURVIVORS\n${survivors.join("\n")}`);
  console.log(`NOT ASKED\n${unasked.join("\n")}`);
  console.log(`ELSEWHERE\n${elsewhere.join("\n")}`);
  console.log(
    `guards: ${chosenGuards.length}, killed by the matrix: ${killed}, proven by another test: ${elsewhere.length}, ` +
      `not asked: ${unasked.length}, survivors: ${survivors.length}, worlds: ${worlds.made} in ${worlds.ms} ms`,
  );
  expect([...survivors, ...unasked]).toEqual([]);
});
