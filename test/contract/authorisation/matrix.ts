// The authorisation matrix: all cells, and what runs them.
import { accountCells } from "./account-cells";
import { type Cell, faultOf, nameOf } from "./cell";
import { actionCells, commandCells, readCells, socketCells } from "./channel-cells";
import { groupCells } from "./group-cells";
import { guildCells } from "./guild-cells";
import { methodCells } from "./method-cells";
import { objectCells } from "./object-cells";
import { staleCells } from "./stale-cells";
import type { MatrixWorld } from "./world";

/** `registered`: the routes of the router, as "METHOD /path". */
export const allCells = (registered: readonly string[]): Cell[] => [
  ...methodCells(registered),
  ...guildCells(),
  ...readCells(),
  ...actionCells(),
  ...commandCells(),
  ...socketCells(),
  ...groupCells(),
  ...objectCells(),
  ...accountCells(),
  ...staleCells(),
];

/** Runs a cell. Returns how it differs from the table; null if it does not. */
export async function faultIn(world: MatrixWorld, cell: Cell): Promise<string | null> {
  const fault = await cell.run(world).then(
    (seen) => faultOf(cell, seen),
    (error: unknown) => `failed: ${error}`,
  );
  return fault === null ? null : `${nameOf(cell)}: ${fault}`;
}

/**
 * The cells that can tell guards apart: what comes by a request of commands, by a socket and by a
 * route passes the same guards, so those of routes and a part of the others are enough.
 */
export const matrixFor = (registered: readonly string[]): Cell[] =>
  allCells(registered).filter(({ row, object, caller }, at) => {
    if (/^socket: |commands: |append: /.test(row)) return at % 5 === 0;
    const isRare = /^role:(?!manage|kick|thread)/.test(caller);
    const isElsewhere = /unknown|will be erased|used in another|deleted/.test(object);
    return !(isRare && (isElsewhere || row.includes("/v1/guilds"))) || at % 7 === 0;
  });
