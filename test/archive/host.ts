// A Worker on the bare runtime, in a process of its own, on a state that stays.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { hosting } from "./hosting.ts";

/** The part of Miniflare used here; the package is wrangler's, so its types are not this project's to import. */
interface Runtime {
  convertV4MiniflareOptions(options: object): object;
  Miniflare: new (
    options: object,
  ) => {
    ready: Promise<URL>;
    getD1Database(binding: string): Promise<{ prepare(sql: string): { run(): Promise<unknown> } }>;
  };
}

const require = createRequire(import.meta.url);
const runtime: Runtime = createRequire(require.resolve("wrangler"))("miniflare");

// Without a parent nobody would ever end it.
process.on("disconnect", () => process.kill(0, "SIGKILL"));

const { port, state, script, compatibilityDate, compatibilityFlags, queues, bindings } = hosting.parse(
  JSON.parse(process.argv[2] ?? ""),
);

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
const directory = await miniflare.getD1Database("DIRECTORY");
const folder = path.join(import.meta.dirname, "../../migrations");
const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
for (const file of files.sort()) {
  for (const sql of readFileSync(path.join(folder, file), "utf8").split("--> statement-breakpoint")) {
    await directory.prepare(sql).run();
  }
}
process.send?.("ready");
