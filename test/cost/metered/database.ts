// A D1 database that counts what each query reads and writes.

type Count = (meta: { rows_read: number; rows_written: number }) => void;

class MeteredStatement {
  constructor(
    readonly inner: D1PreparedStatement,
    private readonly query: string,
    private readonly count: Count,
  ) {}

  bind(...values: unknown[]): MeteredStatement {
    return new MeteredStatement(this.inner.bind(...values), this.query, this.count);
  }

  async all<T>(): Promise<D1Result<T>> {
    const result = await this.inner.all<T>();
    this.count(result.meta);
    return result;
  }

  async run<T>(): Promise<D1Result<T>> {
    return await this.all<T>();
  }

  async first<T>(): Promise<T | null> {
    return (await this.all<T>()).results[0] ?? null;
  }

  /**
   * `raw` returns no counts. So the query first runs by `all`, and a SELECT runs a second time by
   * `raw`.
   */
  async raw(): Promise<unknown[][]> {
    const changes = !/^\s*select/i.test(this.query);
    const { results } = await this.all<Record<string, unknown>>();
    return changes ? results.map((row) => Object.values(row)) : await this.inner.raw<unknown[]>();
  }
}

class MeteredDatabase {
  constructor(
    private readonly inner: D1Database,
    private readonly count: Count,
  ) {}

  prepare(query: string): MeteredStatement {
    return new MeteredStatement(this.inner.prepare(query), query, this.count);
  }

  async batch(statements: MeteredStatement[]): Promise<D1Result[]> {
    const results = await this.inner.batch(statements.map(({ inner }) => inner));
    for (const { meta } of results) this.count(meta);
    return results;
  }
}

const isDatabase = (bound: unknown): bound is D1Database =>
  typeof bound === "object" && bound !== null && "prepare" in bound && "batch" in bound;

/** Returns the same bindings with their databases counted. */
export function meterDatabases(env: Env, count: Count): Env {
  const metered = Object.entries(env).map(([name, bound]) => [
    name,
    isDatabase(bound) ? new MeteredDatabase(bound, count) : bound,
  ]);
  return Object.fromEntries(metered);
}
