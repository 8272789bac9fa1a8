// Writes the table of characters that look alike, `src/text/confusables.ts`, from Unicode's
// confusables.txt (https://www.unicode.org/Public/security/). Leaves out the characters that NFKC
// replaces, because names are compared in that form.
//
//   node scripts/confusables.ts PATH/confusables.txt
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const COLUMNS = 100;
const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("Usage: node scripts/confusables.ts PATH/confusables.txt");

const pointsOf = (field: string): number[] =>
  field
    .trim()
    .split(/\s+/)
    .map((hex) => Number.parseInt(hex, 16));

const text = readFileSync(source, "utf8");
const version = /^# Version: (\S+)/m.exec(text)?.[1] ?? "unknown";
const rows = text
  .split("\n")
  .map((line) =>
    line
      .replace(/^\ufeff/, "")
      .replace(/#.*/, "")
      .split(";"),
  )
  .filter((fields) => fields.length >= 2)
  .map(([from = "", to = ""]) => ({ from: pointsOf(from), to: pointsOf(to) }))
  .flatMap(({ from: [one, ...others], to }) => (one === undefined || others.length > 0 ? [] : [{ one, to }]))
  .filter(({ one }) => String.fromCodePoint(one).normalize("NFKC") === String.fromCodePoint(one))
  .sort((a, b) => a.one - b.one);

const lines: string[] = [];
let before = 0;
for (const { one, to } of rows) {
  const row = [one - before, ...to].map((point) => point.toString(36)).join(".");
  before = one;
  const last = lines.at(-1);
  if (last !== undefined && last.length + row.length < COLUMNS) lines[lines.length - 1] = `${last} ${row}`;
  else lines.push(row);
}

const file = `// Characters that look alike. Written by scripts/confusables.ts from Unicode's confusables.txt,
// version ${version}. © Unicode, Inc. Unicode License v3: https://www.unicode.org/license.txt
//
// Each entry is a character, as the distance from the character before it, and the characters that
// it looks like: code points in base 36.
export const confusables = [
${lines.map((line) => `  "${line}",`).join("\n")}
].join(" ");
`;
writeFileSync(path.join(import.meta.dirname, "../src/text/confusables.ts"), file);
