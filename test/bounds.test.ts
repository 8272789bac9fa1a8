// Memory that grows: every map, set and list that a module or an object of the server keeps states
// what bounds it in bytes, in a comment that has `Bound:`.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../src");
/** The folders whose code runs in the Worker. The SDK and the page run on a device. */
const folders = ["protocol", "domain", "text", "runtime", "directory", "gateway", "channel", "user", "push", "media"];

/** A collection that can be changed, or a module variable. */
const collection =
  /\bnew (?:Map|Set|WeakMap|WeakSet|ByteBoundedCache)\b|(?<!Readonly)\b(?:Map|Set|WeakMap|WeakSet)<|\[\] = \[\]/;
/** At the top of a module, not inside of a function. A function's own variables end with it. */
const ofModule = /^(?:export )?(?:const|let) (?!\w+ = (?:async )?(?:\(|<))/;
const variable = /^(?:export )?let /;
/** A field of a class or interface, but no parameter and no method. */
const field = /^ {2}(?:(?:public |private |protected )?(?:static )?(?:readonly )?)#?\w+\??(?:: [^(]*)?(?: =.*|;)/;
const statement = /^ {2}(?:const|let|return|for|if|else|throw|await|void|type)\b/;

interface Declaration {
  line: number;
  code: string;
  comment: string;
}

function declarationsIn(source: string): Declaration[] {
  const lines = source.split("\n");
  return lines.flatMap((code, at) => {
    const isOfModule = ofModule.test(code) && (variable.test(code) || collection.test(code));
    const isField = !statement.test(code) && field.test(code) && collection.test(code);
    if (!isOfModule && !isField) return [];
    let from = at;
    while (/^\s*(?:\/\/|\/\*|\*)/.test(lines[from - 1] ?? "")) from--;
    return [{ line: at + 1, code: code.trim(), comment: lines.slice(from, at).join("\n") }];
  });
}

const declarations = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((name) => {
      const file = path.join(folder, name);
      return declarationsIn(readFileSync(path.join(root, file), "utf8")).map((found) => ({ file, ...found }));
    }),
);

test("the scan finds collections of modules and objects, and no others", () => {
  const source = `
const cache = new Map<string, string>();
let last: string | null = null;
const pick = (all: string[]): Set<string> => new Set(all);
export class Kept {
  readonly #byName = new Map<string, Set<number>>();
  /** Bound: one for each member. */
  private readonly users: Map<string, number>;
  #queue: Work[] = [];
  readonly known: ReadonlyMap<string, number>;
  find(names: Set<string>): void {
    const own = new Set(names);
  }
}
function local() {
  const marks = new Map<string, number>();
}`;
  expect(declarationsIn(source).map(({ line, comment }) => [line, comment.includes("Bound:")])).toEqual([
    [2, false],
    [3, false],
    [6, false],
    [8, true],
    [9, false],
  ]);
  expect(declarations.length).toBeGreaterThan(40);
});

test("each states its bound", () => {
  const silent = declarations.filter(({ comment }) => !/\bBound: \S/.test(comment));
  expect(silent.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([]);
});
