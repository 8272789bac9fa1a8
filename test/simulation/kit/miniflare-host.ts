// A program that hosts the Worker and its queues on Miniflare, on a state that survives restarts.
// `wrangler dev` is not used, because its proxy reads on behalf of clients that have stopped
// reading. The program loads everything first and then waits for its settings.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { hostSettings } from "./host-process.ts";

/**
 * The part of Miniflare that is used here. The package is a dependency of wrangler, so this project
 * cannot import its types.
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

// Ends the process group when the parent is gone.
process.on("disconnect", () => process.kill(0, "SIGKILL"));

const require = createRequire(import.meta.url);
const runtime: Runtime = createRequire(require.resolve("wrangler"))("miniflare");

const settings = hostSettings.parse(await new Promise((resolve) => process.once("message", resolve)));
const { port, state, migrations, script, compatibilityDate, compatibilityFlags, queues, ratelimits, bindings } =
  settings;
const { durableObjects, databases, isDirect, inspectorPort } = settings;
const listening = isDirect ? { unsafeDirectSockets: [{ host: "127.0.0.1", port }] } : { port };

const miniflare = new runtime.Miniflare(
  runtime.convertV4MiniflareOptions({
    host: "127.0.0.1",
    ...listening,
    ...(inspectorPort !== null && { inspectorPort }),
    name: "parley",
    modules: [{ type: "ESModule", path: script }],
    modulesRoot: path.dirname(script),
    compatibilityDate,
    compatibilityFlags,
    resourcePersistencePath: state,
    d1Databases: databases,
    r2Buckets: { FILES: "parley-files" },
    durableObjects: Object.fromEntries(
      Object.entries(durableObjects).map(([binding, className]) => [binding, { className, useSQLite: true }]),
    ),
    queueProducers: queues.producers,
    queueConsumers: queues.consumers,
    ratelimits,
    bindings,
    // `/cdn-cgi/local/scheduled` runs the cron.
    unsafeTriggerHandlers: true,
  }),
);
await miniflare.ready;
if (migrations !== null) {
  await makeTables("DIRECTORY", migrations);
  await makeTables("ARCHIVE", path.join(migrations, "archive"));
}
process.send?.("ready");

async function makeTables(binding: string, folder: string): Promise<void> {
  // A suite that starts on a state with tables passes an empty folder.
  if (!existsSync(folder)) return;
  const database = await miniflare.getD1Database(binding);
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()) {
    for (const sql of readFileSync(path.join(folder, file), "utf8").split("--> statement-breakpoint")) {
      await database.prepare(sql).run();
    }
  }
}
