// Reads every table of every object and of every database.
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { databases } from "./archive";

const tablesQuery = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";

/** Returns the names of the tables of an object that hold a text, and those of all its tables. */
async function readObject(stub: DurableObjectStub, needle: string): Promise<{ found: string[]; tables: string[] }> {
  return runInDurableObject(stub, (_, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(tablesQuery)
      .toArray()
      .map(({ name }) => name);
    const found = tables.filter((name) =>
      [...storage.sql.exec(`SELECT * FROM "${name}"`)].some((row) => JSON.stringify(row).includes(needle)),
    );
    return { found, tables };
  });
}

/**
 * Returns the places that hold a text: `channel entries`, `user inbox`, `directory accounts`. Reads
 * all objects that ever stored something.
 */
export async function placesWith(needle: string): Promise<string[]> {
  const places = new Set<string>();
  for (const id of await listDurableObjectIds(env.CHANNELS)) {
    for (const name of (await readObject(env.CHANNELS.get(id), needle)).found) places.add(`channel ${name}`);
  }
  for (const id of await listDurableObjectIds(env.USERS)) {
    for (const name of (await readObject(env.USERS.get(id), needle)).found) places.add(`user ${name}`);
  }
  for (const database of [env.DIRECTORY, ...databases]) {
    const { results } = await database.prepare(tablesQuery).all<{ name: string }>();
    for (const { name } of results) {
      // The shadow tables of the search index are read through their virtual table.
      if (name.startsWith("archive_")) continue;
      const rows = (await database.prepare(`SELECT * FROM "${name}"`).all()).results;
      if (JSON.stringify(rows).includes(needle)) places.add(`directory ${name}`);
    }
  }
  return [...places].sort();
}

/** Returns the tables of a channel's object. */
export const tablesOf = async (channel: string): Promise<string[]> =>
  (await readObject(env.CHANNELS.getByName(channel), " ")).tables;
