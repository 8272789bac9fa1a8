// The house's plan, held against its imports: who may use whom.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../src");
const plan: Record<string, { folders: string[]; packages: RegExp }> = {
  protocol: { folders: [], packages: /^zod$/ },
  domain: { folders: ["protocol"], packages: /^$/ },
  text: { folders: ["protocol"], packages: /^$/ },
  runtime: { folders: ["protocol", "domain"], packages: /^(zod|cloudflare:workers)$/ },
  directory: { folders: ["protocol", "domain"], packages: /^(drizzle-(orm|kit)(\/.+)?|node:crypto)$/ },
  channel: { folders: ["protocol", "domain", "runtime"], packages: /^(zod|cloudflare:workers|node:crypto)$/ },
  user: { folders: ["protocol", "domain", "runtime"], packages: /^(zod|cloudflare:workers)$/ },
  push: { folders: ["protocol", "domain", "runtime", "text"], packages: /^(@block65\/webcrypto-web-push|jose)$/ },
  gateway: {
    folders: ["protocol", "domain", "runtime", "directory"],
    packages: /^(hono(\/.+)?|@hono\/zod-openapi|zod|jose|node:crypto)$/,
  },
  sdk: { folders: ["protocol"], packages: /^(uuidv7|vite|node:url)$/ },
  web: { folders: ["text", "sdk", "protocol"], packages: /^[^.]/ },
};

/**
 * The second level: a group imports only groups after it. Files at the root of a folder that are in
 * no group are its base: every group may import them, and they import no group.
 */
const secondLevel: Record<string, string[][]> = {
  channel: [
    ["object.ts", "channel-loader.ts"],
    ["operations"],
    ["channel.ts"],
    ["notifications"],
    ["inbox"],
    ["live"],
    ["archive"],
    ["log"],
    ["members"],
  ],
};

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"([^"]+)"|(?:^|\n)import\s+"([^"]+)"|import\("([^"]+)"\)/g;

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(importPattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");

test.each(Object.entries(plan))("%s imports only what the plan allows", (folder, allowed) => {
  const own = files.filter((file) => folderOf(file) === folder);
  expect(own.length).toBeGreaterThan(0);
  const strays = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => {
        if (!target.startsWith(".")) return !allowed.packages.test(target);
        const [reached = ""] = path.relative(root, path.resolve(root, path.dirname(file), target)).split("/");
        return reached !== folder && !allowed.folders.includes(reached);
      })
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test.each(Object.entries(secondLevel))("the second level of src/%s holds", (folder, groups) => {
  const own = files.filter((file) => folderOf(file) === folder);
  const nameOf = (file: string): string => file.split("/")[1] ?? "";
  const isFolder = (name: string): boolean => !/\.tsx?$/.test(name);
  const base = groups.length;
  const rankOf = (name: string): number => {
    const rank = groups.findIndex((group) => group.includes(name));
    return rank === -1 ? base : rank;
  };
  const names = new Set(own.map(nameOf));
  expect(groups.flat().filter((name) => !names.has(name))).toEqual([]);
  expect([...names].filter((name) => isFolder(name) && rankOf(name) === base)).toEqual([]);
  const strays = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith("."))
      .map((target) => resolve(path.join(path.dirname(file), target)))
      .filter((target) => folderOf(target) === folder && rankOf(nameOf(target)) < rankOf(nameOf(file)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(strays).toEqual([]);
});

test("every folder of src is in the plan", () => {
  expect([...new Set(files.map(folderOf))].filter(Boolean).sort()).toEqual(Object.keys(plan).sort());
});

test("the rules have no clock and no randomness of their own", () => {
  const impure = files
    .filter((file) => folderOf(file) === "domain")
    .filter((file) =>
      /\bDate\b|Math\.random|\bcrypto\b|performance\./.test(readFileSync(path.join(root, file), "utf8")),
    );
  expect(impure).toEqual([]);
});

test("no import runs in a circle", () => {
  const graph = new Map(
    files.map((file) => {
      const targets = importsOf(file).filter((target) => target.startsWith("."));
      return [file, targets.map((target) => resolve(path.join(path.dirname(file), target)))];
    }),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "));
    if (done.has(file) || trail.includes(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

function resolve(target: string): string {
  const tries = [target, `${target}.ts`, `${target}.tsx`, `${target}/index.ts`];
  return tries.find((name) => files.includes(name)) ?? target;
}
