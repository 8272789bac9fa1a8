// Counts the rows that statements of the directory read, and collects the statements.
import { env } from "cloudflare:workers";

export interface DirectoryMeter {
  /** The rows read since the last reset. */
  rowsRead: number;
  /** The parameters of each distinct statement, by its text. */
  readonly statements: Map<string, readonly unknown[]>;
}

type Result = { meta: { rows_read: number } };
type Described = { query: string; values: readonly unknown[] };

/**
 * Replaces the methods of all D1 databases of this isolate by methods that count. `raw` returns no
 * counts, so a statement of `raw` first runs by `all`, and a SELECT runs a second time.
 */
export function meterDirectory(): DirectoryMeter {
  const meter: DirectoryMeter = { rowsRead: 0, statements: new Map() };
  const described = new WeakMap<D1PreparedStatement, Described>();
  const database: D1Database = Object.getPrototypeOf(env.DIRECTORY);
  const statement: D1PreparedStatement = Object.getPrototypeOf(env.DIRECTORY.prepare("SELECT 1"));
  const { prepare, batch } = database;
  const { bind, all, run, raw } = statement;
  const count = <R extends Result>(prepared: D1PreparedStatement, result: R): R => {
    const known = described.get(prepared);
    if (known) meter.statements.set(known.query, known.values);
    meter.rowsRead += result.meta.rows_read;
    return result;
  };
  database.prepare = function (query) {
    const prepared = prepare.call(this, query);
    described.set(prepared, { query, values: [] });
    return prepared;
  };
  database.batch = async function <T>(statements: D1PreparedStatement[]) {
    const results: D1Result<T>[] = (await batch.call(this, statements)) as D1Result<T>[];
    for (const [index, result] of results.entries()) {
      const prepared = statements[index];
      if (prepared) count(prepared, result);
    }
    return results;
  };
  statement.bind = function (...values) {
    const bound = bind.apply(this, values);
    described.set(bound, { query: described.get(this)?.query ?? "", values });
    return bound;
  };
  statement.all = async function <T>() {
    return count(this, (await all.call(this)) as D1Result<T>);
  };
  statement.run = async function <T>() {
    return count(this, (await run.call(this)) as D1Result<T>);
  };
  statement.raw = async function (this: D1PreparedStatement, options?: { columnNames?: false }) {
    const { query = "" } = described.get(this) ?? {};
    const result = count(this, await all.call(this));
    if (/^\s*(select|with)/i.test(query)) return raw.call(this, options);
    return result.results.map((row) => Object.values(row as object));
  } as typeof statement.raw;
  return meter;
}
