import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { migrate, schemaVersion } from "../../src/runtime/migrate";

let made = 0;

/** Runs `work` on the storage of a new, empty object. */
const onEmptyStorage = (work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(env.CHANNELS.getByName(`c_empty${made++}`), (_, { storage }) => work(storage));

const tables = (storage: DurableObjectStorage) =>
  storage.sql
    .exec<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    )
    .toArray()
    .map(({ name }) => name);

test("an empty object has schema version 0, and reading it writes nothing", async () => {
  await onEmptyStorage((storage) => {
    expect(schemaVersion(storage)).toBe(0);
    expect(tables(storage)).toEqual([]);
  });
});

test("missing steps are applied in order and once", async () => {
  await onEmptyStorage((storage) => {
    const steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y; CREATE TABLE b (x)"];
    migrate(storage, steps.slice(0, 1));
    expect(schemaVersion(storage)).toBe(1);
    migrate(storage, steps);
    migrate(storage, steps);
    expect(schemaVersion(storage)).toBe(2);
    expect(tables(storage)).toEqual(["a", "b", "schema_version"]);
    storage.sql.exec("INSERT INTO a (x, y) VALUES (1, 2)");
  });
});

test("a failed step leaves the object unchanged", async () => {
  await onEmptyStorage((storage) => {
    migrate(storage, ["CREATE TABLE a (x)"]);
    expect(() => migrate(storage, ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "CREATE TABLE a (x)"])).toThrow();
    expect(schemaVersion(storage)).toBe(1);
    expect(tables(storage)).toEqual(["a", "schema_version"]);
  });
});

test("an object with more steps than this code is left unchanged", async () => {
  await onEmptyStorage((storage) => {
    migrate(storage, ["CREATE TABLE a (x)", "CREATE TABLE b (x)"]);
    migrate(storage, ["CREATE TABLE a (x)"]);
    expect(schemaVersion(storage)).toBe(2);
  });
});
