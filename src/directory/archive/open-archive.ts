// Opens the archive from the bindings of the Worker.
import { Archive } from "./archive";

/**
 * Opens the archive of a deployment. `names` are the bindings of its databases, separated by
 * spaces. The other databases of the Worker may hold channels of an earlier configuration. Throws
 * TypeError for a name without a database, and for the directory, which the archive must not fill.
 */
export function openArchive(env: object, names: string, secret: string): Archive {
  const bound = databasesIn(env);
  const shards = new Map(
    names
      .split(/\s+/)
      .filter(Boolean)
      .map((name): [string, D1Database] => {
        const database = bound.get(name);
        if (!database) throw new TypeError(`ARCHIVES names ${name}, but no database is bound to it`);
        if (name === "DIRECTORY") throw new TypeError("ARCHIVES names the directory, which the archive must not fill");
        return [name, database];
      }),
  );
  const former = new Map([...bound].filter(([name]) => !shards.has(name)));
  return new Archive(shards, secret, former);
}

/** Returns the D1 databases that are bound to the Worker, by name. */
export const databasesIn = (env: object): Map<string, D1Database> =>
  new Map(Object.entries(env).flatMap(([name, value]) => (isDatabase(value) ? [[name, value] as const] : [])));

const isDatabase = (bound: unknown): bound is D1Database =>
  typeof bound === "object" && bound !== null && "prepare" in bound && "batch" in bound;
