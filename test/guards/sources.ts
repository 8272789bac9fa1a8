// The sources in which the server decides, with their guards.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { permission } from "../../src/protocol/roles.ts";
import { type Guard, guardSource } from "./guard-finder.ts";

export const root = path.join(import.meta.dirname, "../..");
const permissions = new Set<string>(permission.options);
const folders = ["src/gateway", "src/directory", "src/domain", "src/channel"];
/** The rules first, then who is signed in, then the conditions of the database. */
const order = ["call", "refusal", "permission", "row", "sign-in", "where"];

/** Returns all guards, and by file the code in which each can be removed. */
export function findGuards(): { guards: Guard[]; code: Map<string, string> } {
  const code = new Map<string, string>();
  const guards: Guard[] = [];
  for (const folder of folders)
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })) {
      const file = path.join(folder, name);
      if (!file.endsWith(".ts")) continue;
      const found = guardSource(file, readFileSync(path.join(root, file), "utf8"), permissions);
      guards.push(...found.guards);
      if (found.guards.length > 0) code.set(file, found.code);
    }
  guards.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  return { guards, code };
}
