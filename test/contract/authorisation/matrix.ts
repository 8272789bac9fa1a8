// The authorisation matrix: all cells, and what runs them.
import { accountCells, foreignCells } from "./account-cells";
import { type Cell, faultOf, nameOf } from "./cell";
import { actionCells, commandCells, socketCells, typingCells } from "./channel-cells";
import { fileCells } from "./file-cells";
import { flatGuildCells } from "./flat-guild-cells";
import { groupCells } from "./group-cells";
import { guildCells } from "./guild-cells";
import { methodCells } from "./method-cells";
import { objectCells } from "./object-cells";
import { readCells } from "./read-cells";
import { staleCells } from "./stale-cells";
import type { MatrixWorld } from "./world";

/** `registered`: the routes of the router, as "METHOD /path". */
export const allCells = (registered: readonly string[]): Cell[] => [
  ...methodCells(registered),
  ...guildCells(),
  ...flatGuildCells(),
  ...readCells(),
  ...fileCells(),
  ...actionCells(),
  ...commandCells(),
  ...socketCells(),
  ...typingCells(),
  ...groupCells(),
  ...objectCells(),
  ...accountCells(),
  ...foreignCells(),
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
 * The cells that can tell guards apart, about a sixth of all: what comes by a route, by a request
 * of commands and by a socket passes the same guards, and so do callers who lack the same
 * permission.
 */
export function matrixFor(registered: readonly string[]): Cell[] {
  const signedOut = new Set<string>();
  return allCells(registered).filter(({ row, object, caller }, at) => {
    if (/^(?:directory|methods of)|typing/.test(row)) return true;
    if (/^socket: |commands: |append: /.test(row)) return at % 11 === 0;
    if (caller === "anonymous" || caller === "ended" || caller === "endedAccess") {
      const isKnown = signedOut.has(`${row} ${caller}`);
      signedOut.add(`${row} ${caller}`);
      return !isKnown;
    }
    if (/\(/.test(object)) return ["owner", "administrator", "member", "outsider"].includes(caller);
    if (/unknown channel|deleted(?:Group)? channel/.test(object)) return caller === "owner" || caller === "outsider";
    if (row.includes("/v1/guilds/"))
      return !/^role:(?!manage|kick|ban|moderate|view_audit|invite|send)|newcomer|silenced/.test(caller);
    return true;
  });
}
