// Opens the archive from the bindings of the Worker.
import { ConfigurationError } from "../../domain/error";
import { Archive } from "./archive";

/** The variables that name the archive's databases by their bindings, separated by spaces. */
export interface ArchiveVariables {
  ARCHIVES: string;
  /** Databases of an earlier configuration. Their channels move to those of `ARCHIVES`. */
  FORMER_ARCHIVES: string;
  ARCHIVE_KEY: string;
}

/**
 * Opens the archive of a deployment. Throws `ConfigurationError` for a name without a database, and
 * for the directory in `ARCHIVES`, which the archive must not fill.
 */
export function openArchive(env: ArchiveVariables): Archive {
  const shards = databasesNamed(env, env.ARCHIVES);
  if (shards.has("DIRECTORY"))
    throw new ConfigurationError("ARCHIVES names the directory, which the archive must not fill");
  const former = databasesNamed(env, env.FORMER_ARCHIVES);
  for (const name of shards.keys()) former.delete(name);
  return new Archive(shards, env.ARCHIVE_KEY, former);
}

/**
 * Returns the databases with these bindings, by name. Throws `ConfigurationError` for any other
 * name.
 */
export function databasesNamed(env: object, names: string): Map<string, D1Database> {
  const bound = new Map<string, unknown>(Object.entries(env));
  return new Map(
    names
      .split(/\s+/)
      .filter(Boolean)
      .map((name): [string, D1Database] => {
        const database = bound.get(name);
        if (!isDatabase(database))
          throw new ConfigurationError(`no database is bound to the name ${name} in ARCHIVES or FORMER_ARCHIVES`);
        return [name, database];
      }),
  );
}

const isDatabase = (bound: unknown): bound is D1Database =>
  typeof bound === "object" && bound !== null && "prepare" in bound && "batch" in bound;
