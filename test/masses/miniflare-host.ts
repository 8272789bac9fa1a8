// The Worker on the bare runtime, in a process of its own: no `wrangler dev`, whose proxy reads for those who do not.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { makePushKeys } from "../../scripts/secrets.ts";
import { hosting } from "./hosting.ts";

interface Statement {
  run(): Promise<unknown>;
}

/** The part of Miniflare used here; the package is wrangler's, so its types are not this project's to import. */
interface Runtime {
  convertV4MiniflareOptions(options: object): object;
  Miniflare: new (
    options: object,
  ) => { ready: Promise<URL>; getD1Database(binding: string): Promise<{ prepare(sql: string): Statement }> };
}

const require = createRequire(import.meta.url);
const runtime: Runtime = createRequire(require.resolve("wrangler"))("miniflare");

const asked = hosting.parse(JSON.parse(process.argv[2] ?? ""));
const { port, state, script, compatibilityDate, compatibilityFlags, queues, rates, vars, secrets, fresh } = asked;

const miniflare = new runtime.Miniflare(
  runtime.convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    name: "parley",
    modules: [{ type: "ESModule", path: script }],
    modulesRoot: path.dirname(script),
    compatibilityDate,
    compatibilityFlags,
    resourcePersistencePath: state,
    d1Databases: { DIRECTORY: "parley-directory" },
    durableObjects: {
      CHANNELS: { className: "ChannelObject", useSQLite: true },
      USERS: { className: "UserObject", useSQLite: true },
    },
    queueProducers: queues.producers,
    queueConsumers: queues.consumers,
    bindings: {
      ...vars,
      RATES: rates,
      SCRYPT_COST: "4:8:1",
      ...Object.fromEntries(secrets.map((name) => [name, `the-${name}-of-the-masses-long-enough-for-HS256`])),
      VAPID_KEYS: makePushKeys(),
    },
  }),
);
await miniflare.ready;
if (fresh) await makeTables();
process.send?.("ready");

async function makeTables(): Promise<void> {
  const directory = await miniflare.getD1Database("DIRECTORY");
  const folder = path.join(import.meta.dirname, "../../migrations");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    for (const sql of readFileSync(path.join(folder, file), "utf8").split("--> statement-breakpoint")) {
      await directory.prepare(sql).run();
    }
  }
}
