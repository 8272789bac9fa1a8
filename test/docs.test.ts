// The documents and the code that they name.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const markdown = [
  "README.md",
  "SECURITY.md",
  "src/sdk/README.md",
  "src/protocol/SPEC.md",
  ...readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
];
const codeSpans = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

/**
 * The functions that a document names. Each belongs to the path before it in its row or paragraph.
 */
function hopsOf(document: string): { file: string; name: string }[] {
  return document.split(/\n(?=\||\n)/).flatMap((block) => {
    let file: string | null = null;
    return codeSpans(block).flatMap((span) => {
      if (/^src\/\S+\.tsx?$/.test(span)) file = span;
      const name = /^(#?\w+)\(\)$/.exec(span)?.[1];
      return file !== null && name !== undefined ? [{ file, name }] : [];
    });
  });
}

/** Whether a function, a method or a constant of that name begins in a line of the source. */
function defines(source: string, name: string): boolean {
  const modifiers = "(?:export |async |override |static |get |function |const )*";
  return new RegExp(`^\\s*${modifiers}${name}(?:[(<:]| = )`, "m").test(source);
}

test("every function that docs/architecture.md names is defined in its file", () => {
  const hops = hopsOf(read("docs/architecture.md"));
  expect(hops.length).toBeGreaterThan(80);
  const missing = hops.filter(({ file, name }) => !existsSync(path.join(root, file)) || !defines(read(file), name));
  expect(missing).toEqual([]);
});

test("every row of the hops in docs/architecture.md names a file and a function", () => {
  const rows = read("docs/architecture.md")
    .split("\n")
    .filter((line) => line.startsWith("| `src/"));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => hopsOf(row).length === 0)).toEqual([]);
});

test("every file that a document names exists", () => {
  const isPath = (span: string) => /^(src|test|docs|scripts|migrations)\/[\w./-]+$/.test(span);
  const strays = markdown.flatMap((document) =>
    codeSpans(read(document))
      .filter((span) => isPath(span) && !existsSync(path.join(root, span)))
      .map((span) => `${document}: ${span}`),
  );
  expect(strays).toEqual([]);
});

/** The grammar of messages in SPEC has the signs of links. */
const withoutCode = (text: string): string => text.replace(/^ {4}.*$/gm, "");

test("every relative link in a document leads to a file", () => {
  const strays = markdown.flatMap((document) =>
    [...withoutCode(read(document)).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(path.join(root, path.dirname(document), target)))
      .map((target) => `${document}: ${target}`),
  );
  expect(strays).toEqual([]);
});

test("the file name of a decision follows its title", () => {
  const decisions = markdown.filter((file) => file.startsWith("docs/decisions/"));
  expect(decisions.length).toBeGreaterThan(0);
  for (const file of decisions) {
    const [, number = "", title = ""] = /^# (\d{3}): (.+)\n/.exec(read(file)) ?? [];
    const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    expect(file).toBe(`docs/decisions/${number}-${words.join("-")}.md`);
  }
});

test("docs/relational-plan.md names every table of the directory, and no other", () => {
  const schemas = ["schema.ts", "guild-schema.ts", "file-schema.ts"]
    .map((file) => read(`src/directory/${file}`))
    .join("\n");
  const tables = [...schemas.matchAll(/sqliteTable\(\s*"(\w+)"/g)].map(([, name = ""]) => name);
  const plan = read("docs/relational-plan.md");
  expect(tables.length).toBeGreaterThan(20);
  const isNamed = (table: string) =>
    new RegExp(`^ {2}${table} [|}]|[|}o]--[|{o]+ ${table} :`, "m").test(plan) || plan.includes(`\`${table}\``);
  expect(tables.filter((table) => !isNamed(table))).toEqual([]);
  const drawn = [...plan.matchAll(/^ {2}(\w+) [|}o]+--[|{o]+ (\w+) :/gm)].flatMap(([, from = "", to = ""]) => [
    from,
    to,
  ]);
  expect(drawn.filter((table) => !tables.includes(table))).toEqual([]);
});
