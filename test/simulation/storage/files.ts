// The stored files of the fixture: the databases of all objects and D1, each compressed.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { sqliteFilesIn } from "../archive/archive-checker.ts";

const project = path.join(import.meta.dirname, "../../..");
export const fixture = path.join(project, "test/fixtures/storage");
const stored = path.join(fixture, "files");
const ENDING = ".br";

/** The names of all files with D1's migrations, by binding. */
export interface Migrations {
  DIRECTORY: string[];
  ARCHIVE: string[];
}

const folders = { DIRECTORY: "migrations", ARCHIVE: "migrations/archive" };
const filesOf = (folder: string): string[] =>
  readdirSync(path.join(project, folder))
    .filter((name) => name.endsWith(".sql"))
    .sort();

export const presentMigrations = (): Migrations => ({
  DIRECTORY: filesOf(folders.DIRECTORY),
  ARCHIVE: filesOf(folders.ARCHIVE),
});

/** Stores the files of a server that has ended. `work` is a folder for copies. */
export function store(state: string, work: string): void {
  cpSync(state, work, { recursive: true });
  rmSync(stored, { recursive: true, force: true });
  for (const file of sqliteFilesIn(work)) {
    // Moves the write-ahead log into the file.
    withDatabase(file, (database) => database.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    const target = path.join(stored, path.relative(work, file) + ENDING);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, brotliCompressSync(readFileSync(file)));
  }
}

/** Writes the stored files into the state folder of a server. */
export function restore(state: string): void {
  for (const name of readdirSync(stored, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(ENDING)) continue;
    const target = path.join(state, name.slice(0, -ENDING.length));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, brotliDecompressSync(readFileSync(path.join(stored, name))));
  }
}

/** Applies the migrations that are newer than the stored files, as `npm run dev` does. */
export function migrate(state: string, applied: Migrations): void {
  for (const [binding, table] of [
    ["DIRECTORY", "memberships"],
    ["ARCHIVE", "archive"],
  ] as const) {
    const file = databaseWith(state, table, binding);
    const folder = folders[binding];
    for (const name of filesOf(folder).filter((one) => !applied[binding].includes(one))) {
      const sql = readFileSync(path.join(project, folder, name), "utf8");
      withDatabase(file, (database) => {
        for (const statement of sql.split("--> statement-breakpoint")) database.exec(statement);
      });
    }
  }
}

/**
 * Finds D1's file. The directory has a former archive, so the archive is the one without accounts.
 */
function databaseWith(state: string, table: string, binding: keyof Migrations): string {
  const found = sqliteFilesIn(state).filter((file) =>
    withDatabase(file, (database) => {
      const has = (name: string) =>
        database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(name) !== undefined;
      return file.includes("D1") && has(table) && has("accounts") === (binding === "DIRECTORY");
    }),
  );
  const [file] = found;
  if (file === undefined || found.length > 1) throw new Error(`${found.length} files of ${binding}`);
  return file;
}

export function withDatabase<T>(file: string, use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return use(database);
  } finally {
    database.close();
  }
}
