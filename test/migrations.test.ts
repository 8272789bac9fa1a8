// Migrations of the directory. They are applied in the order of their times.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const folder = path.join(import.meta.dirname, "../migrations");
const journal = z
  .object({ entries: z.array(z.object({ idx: z.int(), when: z.int(), tag: z.string() })) })
  .parse(JSON.parse(readFileSync(path.join(folder, "meta/_journal.json"), "utf8")));

test("each migration has a later time than the one before", () => {
  const times = journal.entries.map(({ when }) => when);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(journal.entries.map(({ idx }) => idx)).toEqual(times.map((_, i) => i));
});

test("migrations and files correspond", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  expect(files.sort()).toEqual(journal.entries.map(({ tag }) => `${tag}.sql`));
});
