// Migrations of the directory: applied in the order of their times, so a later one must have a later time.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const folder = path.join(import.meta.dirname, "../migrations");
const journal = z
  .object({ entries: z.array(z.object({ idx: z.int(), when: z.int(), tag: z.string() })) })
  .parse(JSON.parse(readFileSync(path.join(folder, "meta/_journal.json"), "utf8")));

test("each migration is younger than the one before it", () => {
  const times = journal.entries.map(({ when }) => when);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(journal.entries.map(({ idx }) => idx)).toEqual(times.map((_, i) => i));
});

test("each migration has its file, and each file its migration", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  expect(files.sort()).toEqual(journal.entries.map(({ tag }) => `${tag}.sql`));
});
