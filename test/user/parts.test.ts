// A signature says which parts of a user object a function may touch: only the class of the object
// and the file that loads the parts take all of them.
/// <reference types="vite/types/importMeta.d.ts" />
import { expect, test } from "vitest";
import { partsOf } from "../support/source";

/** The files that may take the whole `UserParts`. */
const takeAll = ["object.ts", "user.ts"];
const PARTS_MAX = 4;

const sources = Object.entries(
  import.meta.glob<string>("../../src/user/*.ts", { query: "?raw", import: "default", eager: true }),
).map(([path, source]) => ({ file: path.split("/").at(-1) ?? "", source }));

/** Returns each use of all parts, and each `Pick` of more than `PARTS_MAX` parts. */
function strays(source: string): string[] {
  const { code, comments } = partsOf(source);
  // `partsOf` blanks strings, and the names of a `Pick` are strings. So only
  // comments are removed here.
  const uncommented = comments.reduce((text, comment) => text.replace(comment.text, ""), source);
  const picks = [...uncommented.matchAll(/\bPick<\s*UserParts\s*,([^<>]*)>/g)].map(([, names = ""]) => names);
  const wide = picks.filter((names) => (names.match(/"\w+"/g) ?? []).length > PARTS_MAX || !/^[\s\w"|]*$/.test(names));
  const computed = picks.filter((names) => /\bkeyof\b|^\s*\w/.test(names));
  const uses = code
    .replace(/^import type \{ UserParts \} from[^;]*;/gm, "")
    .replace(/\bPick<\s*UserParts\s*,/g, "")
    .match(/.*\b(?:UserParts|loadUser)\b.*/g);
  return [...(uses ?? []), ...wide, ...computed].map((found) => found.trim());
}

test("the scan finds functions that take all parts, and no others", () => {
  const four = 'Pick<UserParts, "inbox" | "devices" | "rates" | "sync">';
  const imported = 'import type { UserParts } from "./user";\n';
  expect(strays(`${imported}// UserParts\nfunction take({ inbox }: ${four}): void {}`)).toEqual([]);
  for (const type of [
    "UserParts",
    'Omit<UserParts, "inbox">',
    "Partial<UserParts>",
    "ReturnType<typeof loadUser>",
    "Pick<UserParts, keyof UserParts>",
    "Pick<UserParts, Names>",
    'Pick<UserParts, "inbox" | "devices" | "rates" | "sync" | "alarm">',
  ])
    expect(strays(`${imported}function take(parts: ${type}): void {}`), type).not.toEqual([]);
  expect(strays('import type { UserParts as All } from "./user";\nfunction take(parts: All): void {}')).not.toEqual([]);
});

test("no function takes the whole UserParts or more than four of them", () => {
  expect(sources.map(({ file }) => file)).toEqual(expect.arrayContaining([...takeAll, "commands.ts"]));
  const found = sources
    .filter(({ file }) => !takeAll.includes(file))
    .flatMap(({ file, source }) => strays(source).map((use) => `${file}: ${use}`));
  expect(found).toEqual([]);
});
