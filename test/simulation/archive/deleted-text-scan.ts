// Finds what remains of secrets in the files of a state: in the tables as SQLite reads them, and in
// the bytes.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sqliteFilesIn, withCopy } from "./archive-checker.ts";
import { countNeedles, type Find, type Needles } from "./search-samples.ts";

/** The number of secrets found in each place. */
export type Remains = Record<string, number>;

const nameOf = (state: string, file: string): string => {
  const [kind = "", object = ""] = path.relative(state, file).split(path.sep).slice(-2);
  return `${kind.replace(/^miniflare-|^parley-/, "")}/${object.slice(0, 8)}${object.endsWith("-wal") ? " (wal)" : ""}`;
};

/**
 * Searches every row of every table that SQLite can read; the places are file, table and column.
 */
export function rowsWith(needles: Needles, state: string): { remains: Remains; rows: number } {
  const remains: Remains = {};
  let rows = 0;
  for (const file of sqliteFilesIn(state)) {
    withCopy(file, (database) => {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
      for (const { name } of tables) {
        const finds = new Map<string, Find[]>();
        const rowsOf = database.prepare(`SELECT * FROM "${name}"`);
        // The runtime stores the time of an alarm in nanoseconds.
        rowsOf.setReadBigInts(true);
        for (const row of rowsOf.iterate()) {
          rows++;
          for (const [column, value] of Object.entries(row)) {
            const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
            const found = needles.findIn(bytes);
            if (found.length > 0) finds.set(column, [...(finds.get(column) ?? []), ...found]);
          }
        }
        for (const [column, found] of finds) remains[`${nameOf(state, file)} ${name}.${column}`] = countNeedles(found);
      }
    });
  }
  return { remains, rows };
}

/** Searches every byte of every file; the places are file and kind of page. */
export function bytesWith(needles: Needles, state: string): { remains: Remains; needles: Set<string>; bytes: number } {
  const remains: Remains = {};
  const all = new Set<string>();
  let total = 0;
  const names = readdirSync(state, { recursive: true, encoding: "utf8" }).map((name) => path.join(state, name));
  for (const file of names) {
    const bytes = bytesOf(file);
    total += bytes.length;
    const found = needles.findIn(bytes);
    if (found.length === 0) continue;
    const pages = file.endsWith(".sqlite") ? kindsOfPages(file, bytes) : null;
    const byKind = Map.groupBy(found, ({ offset }) => pages?.(offset) ?? "no page");
    for (const [kind, some] of byKind) remains[`${nameOf(state, file)} ${kind}`] = countNeedles(some);
    for (const { needle } of found) all.add(needle);
  }
  return { remains, needles: all, bytes: total };
}

/** Empty for a folder, and for a file that was removed meanwhile. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EISDIR" || error.code === "ENOENT"))
      return Buffer.alloc(0);
    throw error;
  }
}

/**
 * Tells the kind of page at an offset and whether the offset is in use; see
 * https://www.sqlite.org/fileformat2.html.
 */
function kindsOfPages(file: string, bytes: Buffer): (offset: number) => string {
  const size = bytes.readUInt16BE(16) === 1 ? 65_536 : bytes.readUInt16BE(16);
  const owners = withCopy(file, (database) => {
    const pages = database.prepare("SELECT pageno, name, pagetype FROM dbstat").all();
    return new Map(pages.map(({ pageno, name, pagetype }) => [Number(pageno), `${name}, ${pagetype}`]));
  });
  return (offset) => {
    const page = Math.floor(offset / size) + 1;
    const owner = owners.get(page);
    if (owner === undefined) return "free page";
    if (owner.endsWith("overflow")) return owner;
    // The bytes between the pointers and the content are unused; the content has cells and the
    // freed blocks between them.
    const start = (page - 1) * size + (page === 1 ? 100 : 0);
    const content = bytes.readUInt16BE(start + 5) || 65_536;
    return `${owner}, ${offset - (page - 1) * size < content ? "before its content" : "in its content"}`;
  };
}

/** The runtime's own databases stay open. */
const isOwn = (name: string): boolean => /(^|\/)metadata\.sqlite/.test(name);

/** Databases that are still open: they have a write-ahead log. */
export const openIn = (state: string): string[] =>
  readdirSync(state, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("-wal") && !isOwn(name));
