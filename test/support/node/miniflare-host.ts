// A program that hosts the Worker and its queues in Miniflare, in a process of its own, with state
// on disk. `wrangler dev` does not fit: its proxy reads from sockets on behalf of clients that stop
// reading. The program loads everything first, then waits for the options.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { hosting } from "./hosting.ts";

/**
 * The part of Miniflare used here; the package is wrangler's, so its types are not this project's
 * to import.
 */
interface Runtime {
  convertV4MiniflareOptions(options: object): object;
  Miniflare: new (
    options: object,
  ) => {
    ready: Promise<URL>;
    getD1Database(binding: string): Promise<{ prepare(sql: string): { run(): Promise<unknown> } }>;
  };
}

// Without its parent the process would run for ever.
process.on("disconnect", () => process.kill(0, "SIGKILL"));

const require = createRequire(import.meta.url);
const runtime: Runtime = createRequire(require.resolve("wrangler"))("miniflare");

const options = hosting.parse(await new Promise((resolve) => process.once("message", resolve)));
const { port, state, migrations, script, compatibilityDate, compatibilityFlags, queues, bindings } = options;

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
    bindings,
  }),
);
await miniflare.ready;
if (migrations !== null) await createTables(migrations);
process.send?.("ready");

async function createTables(folder: string): Promise<void> {
  const directory = await miniflare.getD1Database("DIRECTORY");
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    for (const sql of readFileSync(path.join(folder, file), "utf8").split("--> statement-breakpoint")) {
      await directory.prepare(sql).run();
    }
  }
}
