import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { openDirectory } from "../../src/directory/database";
import * as schema from "../../src/directory/schema";
import { DatabaseError } from "../../src/domain/error";

const SECRET = "hunter2-the-secret";
const db = openDirectory(env.DIRECTORY);

const textOf = (error: unknown): string => {
  const { message, stack, cause } = error as Error;
  return `${message} ${stack} ${String(cause)} ${JSON.stringify(error)}`;
};

const account = {
  ...{ id: SECRET, handle: SECRET, name: SECRET, passwordHash: SECRET, createdAt: 1 },
};
const insert = () => db.insert(schema.accounts).values(account);

test.each([
  ["a statement that a constraint refuses", () => insert()],
  ["a statement of a batch", () => db.batch([insert(), insert()])],
  ["a query of a table that does not exist", () => db.all(sql`SELECT ${SECRET} FROM nothing`)],
  ["a query with a wrong syntax", () => db.get(sql`SELECT ${SECRET} FROM FROM`)],
  ["a write", () => db.run(sql`INSERT INTO nothing VALUES (${SECRET})`)],
  ["a search", () => db.all(sql`SELECT rowid FROM archive WHERE archive MATCH ${`"${SECRET}`}`)],
])("the error of %s holds no parameter", async (_, run) => {
  await insert().onConflictDoNothing();
  const error = await run().then(
    () => expect.fail("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DatabaseError);
  expect(textOf(error)).not.toContain(SECRET);
});

test("the error of a constraint names the column", async () => {
  await insert().onConflictDoNothing();
  await expect(insert()).rejects.toThrow(/^UNIQUE constraint failed: accounts\.(id|handle)$/);
});
