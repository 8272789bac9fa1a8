// `node test/simulation/storage/make-fixture.ts` writes test/fixtures/storage with the present
// sources. It is run by hand, and only to add a fixture of a version that was released.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import "../kit/source-imports.ts";

// Imported dynamically, after source-imports.ts.
const { fixture, presentMigrations, restore, store } = await import("./files.ts");
const { bundle } = await import("../kit/worker-bundle.ts");
const { startOn } = await import("./server.ts");
const { play } = await import("./scenario.ts");
const { untilArchived } = await import("./client.ts");
const { differences, readAll } = await import("./reads.ts");

/** The alarms of all objects have fired, and erasures have ended. */
const REST_MS = 15_000;

const folder = mkdtempSync(path.join(tmpdir(), "parley-fixture-"));
try {
  const worker = await bundle("src/index.ts", path.join(folder, "worker"));
  const first = path.join(folder, "first");
  const server = await startOn(worker, first);
  const scenario = await play(server.port);
  const archived = Object.entries(scenario.channels).filter(([name]) => name !== "deletedGroup");
  const ids = archived.map(([, { id }]) => id);
  await delay(REST_MS);
  await untilArchived(server.port, ids);
  await server.remove();
  mkdirSync(fixture, { recursive: true });
  store(first, path.join(folder, "copy"));

  // The expected answers come from the same files, as the test will open them; twice, because an
  // answer that changes by itself cannot be compared.
  const readings = [];
  for (const name of ["second", "third"]) {
    const state = path.join(folder, name);
    restore(state);
    const again = await startOn(worker, state, null);
    readings.push(await readAll(again.port, scenario));
    await again.remove();
  }
  const [expected, repeated] = readings;
  const unstable = differences(expected, repeated);
  if (unstable.length > 0) throw new Error(`answers differ from reading to reading:\n${unstable.join("\n")}`);
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  const manifest = { commit, migrations: presentMigrations(), ...scenario };
  writeFileSync(path.join(fixture, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const lines = Object.entries(expected ?? {}).map((entry) => entry.map((part) => JSON.stringify(part)).join(": "));
  writeFileSync(path.join(fixture, "expected.json"), `{\n${lines.join(",\n")}\n}\n`);
  console.log(`${lines.length} answers`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
