// Runs concurrent operations on the directory in a chosen interleaving. Every statement and batch
// that an operation sends to D1 waits at a gate. The gates open one at a time, in the order that
// the choices say, and the next one opens when the database has answered.
import { drizzle } from "drizzle-orm/d1";
import type { Database } from "../../src/directory/database";
import * as schema from "../../src/directory/schema";

interface WaitingCall<Op> {
  op: Op;
  isWrite: boolean;
  run(): Promise<void>;
}

const methods = ["run", "all", "raw", "first"] as const;

export class Interleaver<Op> {
  readonly #waiting: WaitingCall<Op>[] = [];
  readonly #statements = new WeakMap<object, D1PreparedStatement>();

  constructor(
    private readonly binding: D1Database,
    /** Called after each call that may write, while every other operation waits. */
    private readonly afterWrite: (op: Op) => Promise<void>,
  ) {}

  /** Returns the directory for one operation. */
  open(op: Op): Database {
    const binding = {
      prepare: (query: string) => this.#gated(op, this.binding.prepare(query), !/^select\b/i.test(query)),
      batch: (statements: D1PreparedStatement[]) =>
        this.#wait(op, true, () => this.binding.batch(statements.map((one) => this.#statements.get(one) ?? one))),
    };
    return drizzle(binding as unknown as D1Database, { schema });
  }

  /** Opens the gates until no operation waits. A choice selects one of those that wait. */
  async run(choices: Iterator<number>): Promise<void> {
    for (;;) {
      // The operations await nothing but the database, so after this each has ended or waits.
      await scheduler.wait(0);
      if (this.#waiting.length === 0) return;
      const choice = choices.next().value ?? 0;
      const [call] = this.#waiting.splice(choice % this.#waiting.length, 1);
      await call?.run();
      if (call?.isWrite) await this.afterWrite(call.op);
    }
  }

  #wait<T>(op: Op, isWrite: boolean, send: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = async () => {
        const answer = send();
        answer.then(resolve, reject);
        await answer.catch(() => undefined);
      };
      this.#waiting.push({ op, isWrite, run });
    });
  }

  #gated(op: Op, statement: D1PreparedStatement, isWrite: boolean): D1PreparedStatement {
    const calls = methods.map((name) => [
      name,
      (...values: unknown[]) =>
        this.#wait(op, isWrite, () =>
          (statement[name] as (...values: unknown[]) => Promise<unknown>).apply(statement, values),
        ),
    ]);
    const bind = (...values: unknown[]) => this.#gated(op, statement.bind(...values), isWrite);
    const gated = { ...Object.fromEntries(calls), bind } as D1PreparedStatement;
    this.#statements.set(gated, statement);
    return gated;
  }
}
