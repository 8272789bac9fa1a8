// The test files of the Workers runtime share their modules, so a module beside them is loaded
// once, for the first file that imports it. A hook that it registers then is missing in the others.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** The folders of the `workers` project, and what it shares. */
const folders = ["channel", "user", "gateway", "directory", "push", "runtime", "contract", "support"];
const hook = /^(?:beforeAll|beforeEach|afterEach|afterAll|aroundAll|aroundEach|vi\.\w+)\(/m;

const modules = folders.flatMap((folder) =>
  readdirSync(path.join(import.meta.dirname, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => path.join(folder, file)),
);

test("no shared module registers a hook when it is loaded, except for the setup of every file", () => {
  expect(modules.length).toBeGreaterThan(20);
  const found = modules.filter((file) => hook.test(readFileSync(path.join(import.meta.dirname, file), "utf8")));
  expect(found).toEqual(["support/directory.ts"]);
});
