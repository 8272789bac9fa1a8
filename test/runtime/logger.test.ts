import { DrizzleQueryError } from "drizzle-orm/errors";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { ChatError, ConfigurationError, DatabaseError, rpcErrorOf, toChatError } from "../../src/domain/error";
import { logError, loggedError } from "../../src/runtime/logger";
import { sealed, sealMethods } from "../../src/runtime/sealed-errors";

const SECRET = "hunter2-the-secret";

/** Returns what `work` throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const renamed = (name: string): Error => Object.assign(new Error("x"), { name });
const changedLater = new Error("the first message");
changedLater.message = `now ${SECRET}`;
changedLater.stack = `Error: ${SECRET}\n    at the (file.js:1:1)`;

const leaking: [string, unknown][] = [
  ["a failed statement", new DrizzleQueryError("insert into accounts values (?)", [SECRET], new Error(SECRET))],
  ["a parser that quotes its input", thrownBy(() => JSON.parse(`${SECRET} {`))],
  ["a parser that quotes the end of its input", thrownBy(() => JSON.parse(`{"a": ${SECRET}`))],
  ["a schema that names an unknown key", thrownBy(() => z.strictObject({}).parse({ [SECRET]: 1 }))],
  ["a schema with a record", thrownBy(() => z.record(z.string(), z.number()).parse({ [SECRET]: "x" }))],
  ["an invalid URL", thrownBy(() => new URL(SECRET))],
  ["FTS5", new Error(`D1_ERROR: fts5: syntax error near "${SECRET}": SQLITE_ERROR`)],
  ["a column that does not exist", new Error(`D1_ERROR: no such column: ${SECRET} at offset 3: SQLITE_ERROR`)],
  ["a constraint with a value", new Error(`UNIQUE constraint failed: ${SECRET}`)],
  ["a message with lines like frames", new Error(`x\n    at ${SECRET} (file.js:1:1)\n    at ${SECRET}:1:1`)],
  ["a message that was changed after the stack was made", changedLater],
  ["a name", renamed(SECRET)],
  ["a cause", new Error("x", { cause: new Error(SECRET, { cause: SECRET }) })],
  ["a text", SECRET],
  ["an object", { password: SECRET }],
  ["several errors", new AggregateError([new Error(SECRET)], SECRET)],
  ["a refusal with details", new ChatError("invalid", SECRET)],
  ["an error of fetch", new TypeError(`Fetch API cannot load: https://push.example/${SECRET}`)],
];

describe("a line of the log does not hold a secret", () => {
  test.each(leaking)("of %s", (_, error) => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
    logError("test.failed", error, { job: "j_1" });
    spy.mockRestore();
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(SECRET);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", event: "test.failed", job: "j_1" });
  });

  test.each(leaking)("and neither does what an object throws: %s", (_, error) => {
    expect(String(rpcErrorOf(error).stack)).not.toContain(SECRET);
  });

  test.each(leaking)("and neither does the error of a database: %s", (_, error) => {
    const failed = new DatabaseError(error);
    expect(`${failed.stack}${JSON.stringify(failed)}${String(failed.cause)}`).not.toContain(SECRET);
  });
});

describe("a line of the log says", () => {
  test("what failed and where", () => {
    const error = thrownBy(() => JSON.parse(`${SECRET} {`));
    expect(loggedError(error).name).toBe("SyntaxError");
    expect(loggedError(error).at?.join(" ")).toContain("logger.test");
  });

  test("what the platform says, as a constant", () => {
    expect(loggedError(new Error("Network connection lost.")).message).toBe("network connection lost");
    expect(loggedError(new DatabaseError(new Error("D1_ERROR: D1 DB is overloaded. Requests queued"))).message).toBe(
      "is overloaded",
    );
    const unique = "D1_ERROR: UNIQUE constraint failed: accounts.handle: SQLITE_CONSTRAINT";
    expect(loggedError(new Error(unique)).message).toBe("UNIQUE constraint failed: accounts.handle");
  });

  test("which setting is wrong", () => {
    expect(loggedError(new ConfigurationError("ARCHIVE_KEY is empty")).message).toBe("ARCHIVE_KEY is empty");
  });
});

describe("an error that leaves an object", () => {
  class Thrower {
    refuse(): void {
      throw new ChatError("rate_limited", SECRET, 1_500);
    }
    async break(): Promise<void> {
      throw new Error(SECRET);
    }
    async lose(): Promise<void> {
      throw Object.assign(new Error("Network connection lost."), { retryable: true });
    }
    async answer(value: number): Promise<number> {
      return value + 1;
    }
  }
  sealMethods(Thrower.prototype, "thrower");
  const thrower = new Thrower();
  /** An RPC passes on nothing but the message. */
  const acrossRpc = (error: unknown) => toChatError(new Error(String((error as Error).message)));

  test("keeps its code and the time to wait", () => {
    expect(acrossRpc(thrownBy(() => thrower.refuse()))).toMatchObject({ code: "rate_limited", retryAfterMs: 1_500 });
  });

  test("is `temporary` if a later attempt may succeed, otherwise `internal`", async () => {
    const spy = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(acrossRpc(await thrower.lose().catch((error) => error))).toMatchObject({ code: "temporary" });
    expect(acrossRpc(await thrower.break().catch((error) => error))).toMatchObject({ code: "internal" });
    await expect(sealed("x", () => Promise.reject(new Error(SECRET)))).rejects.not.toThrow(SECRET);
    expect(spy.mock.calls.length).toBe(3);
    expect(JSON.stringify(spy.mock.calls)).not.toContain(SECRET);
    spy.mockRestore();
  });

  test("is the only thing that is replaced", async () => {
    expect(await thrower.answer(1)).toBe(2);
  });

  test("is not read from any other message", () => {
    for (const message of [
      "ChatError",
      "ChatError {}",
      'ChatError {"code":"nothing"}',
      'ChatError {"code":"toString"}',
    ])
      expect(toChatError(new Error(message))).toBeNull();
  });
});
