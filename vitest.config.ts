import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { rates } from "./src/protocol/limits";

const migrations = await readD1Migrations(path.join(import.meta.dirname, "migrations"));

/** All rates are raised, so that no test is slowed down by a rate that it does not test. */
const raisedRates = Object.fromEntries(Object.keys(rates).map((name) => [name, { burst: 100_000, everyMs: 1 }]));

export default defineConfig({
  test: {
    // Most of a run waits for alarms and deadlines. More workers than cores halve its duration.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: "node",
          include: ["test/{protocol,domain,text,sdk,web,scripts,simulation}/**/*.test.ts", "test/*.test.ts"],
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
                TOKEN_SECRET: "a secret of the tests, long enough for HS256",
                OPERATOR_TOKEN: "the-operator-of-the-tests",
                ARCHIVE_KEY: "the key of the archive of the tests",
                ARCHIVES: "DIRECTORY ARCHIVE_2 ARCHIVE_3",
                VAPID_KEYS:
                  "BHBRit8ZMszl7CFOuGuzafBHGE_EGoZ5VGOZYyepx2g9qctmzpzqxnkhFwzNYVmetSso8vlDwULA6dr0DLHVgBY.lT8ddbFIbr2t1lyt6ucScbvrZ-6GXflMRVuTpkHvYLI",
                // Nothing listens on this port, so no test can call a real push service.
                PUSH_HOSTS: "http://127.0.0.1:9",
                SCRYPT_COST: "4:8:1",
                RUNS: process.env.RUNS ?? "",
                RATES: JSON.stringify(raisedRates),
              },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/{channel,user,gateway,directory,push,runtime,contract}/**/*.test.ts"],
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
          include: ["test/journeys/{devices,groups}.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "journeys",
          include: ["test/journeys/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
