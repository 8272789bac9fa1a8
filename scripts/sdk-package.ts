// Makes `dist/sdk` a package that another project can install: `npm run build`, then
// `npm pack ./dist/sdk`. Vite has written the one file of code. This adds the types, package.json,
// README and licence. The types name no other package: the compiler resolves those of the protocol,
// which zod infers.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");
const target = path.join(root, "dist/sdk");
const work = path.join(root, "dist/sdk-types");
const declared = path.join(work, "declared");

/** An import or export of another file in a declaration file. */
const IMPORT = /((?:import|export) (?:type )?\{([^}]*)\} from )"(\.[^"]*)"/g;

function compile(project: string, ...options: string[]): void {
  const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  execFileSync("npx", ["tsc", "-p", project, ...flags, ...options], { cwd: root, stdio: "inherit" });
}

/** Writes the declaration files that `file` needs. Collects in `names` what they import. */
function copyTypes(file: string, names: Set<string>, done: Set<string>): void {
  if (done.has(file)) return;
  done.add(file);
  const folder = path.dirname(file);
  const text = readFileSync(path.join(declared, `${file}.d.ts`), "utf8");
  const written = text.replace(IMPORT, (_, head: string, list: string, specifier: string) => {
    const reached = path.join(folder, specifier);
    if (reached !== "protocol") {
      copyTypes(reached, names, done);
      return `${head}"${specifier}.js"`;
    }
    for (const name of list.split(",")) if (name.trim() !== "") names.add(name.trim().replace(/^type /, ""));
    return `${head}"${path.relative(folder, "sdk/protocol").replace(/^(?!\.)/, "./")}.js"`;
  });
  const copy = path.join(target, "types", path.relative("sdk", `${file}.d.ts`));
  mkdirSync(path.dirname(copy), { recursive: true });
  writeFileSync(copy, written);
}

/** Types with a parameter, which no constant can have. */
const GENERIC: Record<string, string> = {
  FrameOf: 'export type FrameOf<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;',
};

/** Writes the types of the protocol as plain object types, each with all of its parts. */
function flattenProtocol(names: Set<string>): void {
  const plain = [...names]
    .filter((name) => !(name in GENERIC))
    .concat("ServerFrame")
    .sort();
  const isValue = (name: string): boolean => /^[A-Z_]+$/.test(name);
  const source = [
    'import * as wire from "../../src/protocol";',
    "type Flat<T> = T extends object ? (T extends infer O ? { [K in keyof O]: Flat<O[K]> } : never) : T;",
    "declare function flat<T>(): Flat<T>;",
    ...plain.map((name) => {
      return `export const ${name} = ${isValue(name) ? `wire.${name}` : `flat<wire.${name}>()`};`;
    }),
  ];
  writeFileSync(path.join(work, "protocol.ts"), source.join("\n"));
  writeFileSync(
    path.join(work, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions: { types: [] }, include: ["protocol.ts"] }),
  );
  compile(work, "--rootDir", root, "--outDir", path.join(work, "flat"));
  const flat = readFileSync(path.join(work, "flat/dist/sdk-types/protocol.d.ts"), "utf8")
    .replace(/^import .*\n/gm, "")
    .replace(/^type Flat<[\s\S]*?;\n(?=export )/m, "")
    .replace(/^export declare const (\w+): /gm, (whole, name: string) =>
      isValue(name) ? whole : `export type ${name} = `,
    );
  if (/\b(Flat|wire|import)\b/.test(flat)) throw new Error(`the types of the protocol are not flat:\n${flat}`);
  writeFileSync(path.join(target, "types/protocol.d.ts"), [flat, ...Object.values(GENERIC), ""].join("\n"));
}

function writePackage(): void {
  const { version, license } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const manifest = {
    name: "parley",
    version,
    description: "The client of Parley for browsers, Node and Workers",
    license,
    type: "module",
    sideEffects: false,
    engines: { node: ">=22" },
    exports: { "./sdk": { types: "./types/index.d.ts", default: "./index.js" } },
  };
  writeFileSync(path.join(target, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(path.join(root, "src/sdk/README.md"), path.join(target, "README.md"));
  copyFileSync(path.join(root, "LICENSE"), path.join(target, "LICENSE"));
}

for (const folder of [work, path.join(target, "types")]) rmSync(folder, { recursive: true, force: true });
mkdirSync(work, { recursive: true });
compile("src/sdk", "--rootDir", "src", "--outDir", declared);
const names = new Set<string>();
copyTypes("sdk/index", names, new Set());
flattenProtocol(names);
writePackage();
rmSync(work, { recursive: true, force: true });
