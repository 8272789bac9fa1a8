// A directory of which chosen statements and batches fail.
import { env } from "cloudflare:workers";

/** A statement of a batch: its text and its parameters. */
interface BatchedStatement {
  query: string;
  values: readonly unknown[];
}

const lost = () => new Error("D1_ERROR: Network connection lost.");

/** Returns the bindings with a directory of which the statements that `isFailing` takes fail. */
export function failingStatements(isFailing: (query: string) => boolean): Env {
  const directory = new Proxy(env.DIRECTORY, {
    get(target, name) {
      if (name !== "prepare") return Reflect.get(target, name).bind(target);
      return (query: string) => {
        if (isFailing(query)) throw lost();
        return target.prepare(query);
      };
    },
  });
  return { ...env, DIRECTORY: directory };
}

/**
 * Returns the bindings with a directory of which a batch fails: `before` it does anything, or
 * `after` it was committed, as when only its answer is lost. `fate` decides on each batch.
 */
export function failingBatches(fate: (batch: BatchedStatement[]) => "before" | "after" | null): Env {
  const texts = new WeakMap<D1PreparedStatement, BatchedStatement>();
  const noted = (statement: D1PreparedStatement, query: string, values: readonly unknown[] = []) => {
    texts.set(statement, { query, values });
    const bind = statement.bind.bind(statement);
    statement.bind = (...given: unknown[]) => noted(bind(...given), query, given);
    return statement;
  };
  const directory = new Proxy(env.DIRECTORY, {
    get(target, name) {
      if (name === "prepare") return (query: string) => noted(target.prepare(query), query);
      if (name !== "batch") return Reflect.get(target, name).bind(target);
      return async (statements: D1PreparedStatement[]) => {
        const when = fate(statements.map((statement) => texts.get(statement) ?? { query: "", values: [] }));
        if (when === "before") throw lost();
        const answers = await target.batch(statements);
        if (when === "after") throw lost();
        return answers;
      };
    },
  });
  return { ...env, DIRECTORY: directory };
}
