// The sizes of the databases while one of them does not answer.
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { warnOfLargeDatabases } from "../../src/gateway/operations/database-sizes";
import type { StorageState } from "../../src/protocol";
import { operator } from "../support/archive";
import { requestOn } from "./revocation-support";

const broken = {
  prepare: () => {
    throw new Error("D1_ERROR: Network connection lost.");
  },
  batch: () => Promise.reject(new Error("D1_ERROR: Network connection lost.")),
};
const withBroken = { ...env, ARCHIVE_2: broken as unknown as D1Database };

afterEach(() => {
  vi.restoreAllMocks();
});

const stateOn = async (bindings: Env) => {
  const response = await requestOn(bindings, "/v1/operator/storage", { method: "GET", token: operator });
  expect(response.status).toBe(200);
  return await response.json<StorageState>();
};

test("the operator sees the others, and which one did not answer", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { databases, unmeasured } = await stateOn(withBroken);
  expect(databases.map(({ name }) => name)).toEqual(["ARCHIVE", "ARCHIVE_3", "DIRECTORY"]);
  expect(unmeasured).toEqual(["ARCHIVE_2"]);
  expect((await stateOn(env)).unmeasured).toEqual([]);
});

test("a name without a database does not hide the directory", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { databases, unmeasured } = await stateOn(
    Object.assign({}, env, { ARCHIVES: "ARCHIVE NOTHING", FORMER_ARCHIVES: "" }),
  );
  expect(databases.map(({ name }) => name)).toEqual(["ARCHIVE", "DIRECTORY"]);
  expect(unmeasured).toEqual(["NOTHING"]);
});

test("the log still warns of the others that are large", async () => {
  const lines: string[] = [];
  for (const method of ["warn", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)));
  await warnOfLargeDatabases(Object.assign({}, withBroken, { BUDGETS: JSON.stringify({ databaseWarningBytes: 1 }) }));
  const events = lines.map((line) => JSON.parse(line)).map(({ event, database }) => `${event} ${database}`);
  expect(events.sort()).toEqual([
    "database.large ARCHIVE",
    "database.large ARCHIVE_3",
    "database.large DIRECTORY",
    "database.unmeasured ARCHIVE_2",
  ]);
});
