import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { rates } from "./src/protocol/rates";

const migrations = await readD1Migrations(path.join(import.meta.dirname, "migrations"));
const archiveMigrations = await readD1Migrations(path.join(import.meta.dirname, "migrations/archive"));

/** All rates are raised, so that no test is slowed down by a rate that it does not test. */
const raisedRates = Object.fromEntries(Object.keys(rates).map((name) => [name, { burst: 100_000, everyMs: 1 }]));

/** The tests in a pattern. A long run has only those with a property that it runs more often. */
function including(isLong: boolean, folders: readonly string[]): string[] {
  const roots = folders.map((folder) => path.join("test", folder));
  if (!isLong) return [...roots.map((root) => `${root}/**/*.test.ts`)];
  return roots.flatMap((root) =>
    readdirSync(path.join(import.meta.dirname, root), { recursive: true, encoding: "utf8" })
      .map((file) => path.join(root, file))
      .filter((file) => file.endsWith(".test.ts") && /support\/(?:runs|long-test)"/.test(readFileSync(file, "utf8"))),
  );
}

/**
 * All files share one server, so that it is built once. Two builds at once would destroy each
 * other, and the ports of two `npm run dev` collide.
 */
const oneServer = {
  fileParallelism: false,
  isolate: false,
  globalSetup: "./test/journeys/setup.ts",
  // Projects with another number of workers run before or after the others, not at the same time.
  sequence: { groupOrder: 1 },
};

const LONG_TIMEOUT_MS = 3_600_000;
/** Four files share two cores, so a test of one second may take many on a busy machine. */
const WORKERS_TIMEOUT_MS = 30_000;

export default defineConfig(({ mode }) => {
  const isLong = mode === "long";
  const { RUNS = "", LONG_SCALE = "1", LOSSES, MEASURES } = process.env;
  const counts = { ...(LOSSES && { LOSSES }), ...(MEASURES && { MEASURES }) };
  const runs = { RUNS, LONG_SCALE: isLong ? LONG_SCALE : "", ...counts };
  return {
    test: {
      // Most of a run waits for alarms and deadlines. More workers than cores halve its duration.
      maxWorkers: 4,
      projects: [
        {
          test: {
            name: "node",
            include: [
              ...including(isLong, ["protocol", "domain", "text", "sdk", "web", "simulation"]),
              ...(isLong ? [] : ["test/*.test.ts"]),
            ],
            env: runs,
            ...(isLong && { testTimeout: LONG_TIMEOUT_MS }),
          },
        },
        {
          plugins: [
            cloudflareTest({
              wrangler: { configPath: "./wrangler.toml" },
              miniflare: {
                d1Databases: ["ARCHIVE_2", "ARCHIVE_3"],
                bindings: {
                  TEST_MIGRATIONS: migrations,
                  TEST_ARCHIVE_MIGRATIONS: archiveMigrations,
                  TOKEN_SECRET: "a secret of the tests, long enough for HS256",
                  OPERATOR_TOKEN: "the-operator-of-the-tests",
                  ARCHIVE_KEY: "the key of the archive of the tests",
                  ARCHIVES: "ARCHIVE ARCHIVE_2 ARCHIVE_3",
                  VAPID_KEYS:
                    "BHBRit8ZMszl7CFOuGuzafBHGE_EGoZ5VGOZYyepx2g9qctmzpzqxnkhFwzNYVmetSso8vlDwULA6dr0DLHVgBY.lT8ddbFIbr2t1lyt6ucScbvrZ-6GXflMRVuTpkHvYLI",
                  // Nothing listens on this port, so no test can call a real push service.
                  PUSH_HOSTS: "http://127.0.0.1:9",
                  SCRYPT_COST: "4:8:1",
                  OPEN_TO: "everyone",
                  ...runs,
                  RATES: JSON.stringify(raisedRates),
                },
              },
            }),
          ],
          test: {
            name: "workers",
            // The files of a worker share a server and its modules, which a file of its own would
            // load for two seconds. `support/directory.ts` empties the storage between two files.
            isolate: isLong,
            include: including(isLong, [
              "channel",
              "user",
              "guild",
              "gateway",
              "directory",
              "push",
              "runtime",
              "contract",
              "media",
            ]),
            testTimeout: isLong ? LONG_TIMEOUT_MS : WORKERS_TIMEOUT_MS,
            hookTimeout: WORKERS_TIMEOUT_MS,
            setupFiles: ["./test/support/directory.ts"],
          },
        },
        {
          // The frozen client of protocol 1 against today's server, like a page that never reloads.
          // It was built once by `esbuild dist/sdk/index.js --minify` and must not be rebuilt.
          resolve: {
            alias: [
              {
                find: /^\.\.\/\.\.\/src\/sdk$/,
                replacement: path.join(import.meta.dirname, "test/fixtures/clients/protocol-1.js"),
              },
            ],
          },
          test: {
            name: "yesterday",
            include: isLong ? [] : ["test/journeys/{devices,groups}.test.ts"],
            testTimeout: 120_000,
            hookTimeout: 120_000,
            ...oneServer,
          },
        },
        {
          test: {
            name: "journeys",
            // Only in the long run: the tests of packages install compilers and versions of Node.
            include: [...including(isLong, ["journeys"]), ...(isLong ? ["test/package/*.test.ts"] : [])],
            env: runs,
            testTimeout: 120_000,
            hookTimeout: 120_000,
            ...oneServer,
          },
        },
      ],
    },
  };
});
