// The package of the SDK in the project of another developer: it is packed, installed without the
// registry, compiled by TypeScript 5, bundled, and run by the versions of Node that its README
// names. This runs in the long run, because it installs compilers and versions of Node.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedServer } from "../journeys/server";
import type { Server } from "../simulation/kit/dev-server";
import { nodeOf, nodePackage, root, runIn, TemporaryProject } from "./temporary-project";

const MINUTE_MS = 60_000;

let server: Server;
let archive: string;
let example: string;
const packed = mkdtempSync(path.join(tmpdir(), "parley-packed-"));
const projects: TemporaryProject[] = [];

/** An empty project with the package in it. It comes from the archive, so no registry is asked. */
async function projectWithSdk(): Promise<TemporaryProject> {
  const project = new TemporaryProject();
  projects.push(project);
  await project.install([archive], "--offline");
  project.write("example.ts", example);
  return project;
}

beforeAll(async () => {
  // The server has built the code of the SDK, to which the script adds the rest of the package.
  server = await sharedServer();
  const made = await runIn(root, process.execPath, ["scripts/sdk-package.ts"]);
  expect(made, made.output).toMatchObject({ code: 0 });
  const { code, output } = await runIn(root, "npm", ["pack", "./dist/sdk", "--pack-destination", packed]);
  expect(code, output).toBe(0);
  archive = path.join(packed, readdirSync(packed)[0] ?? expect.fail("nothing was packed"));
  const readme = readFileSync(path.join(root, "dist/sdk/README.md"), "utf8");
  example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? expect.fail("the README has no example");
}, 5 * MINUTE_MS);

afterAll(() => {
  for (const project of projects) project.remove();
  rmSync(packed, { recursive: true, force: true });
});

describe("the package", () => {
  test("brings code, types, README and licence, and nothing else of Parley", async () => {
    const project = await projectWithSdk();
    const installed = readdirSync(path.join(project.folder, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed).toEqual(["parley"]);
    const folder = path.join(project.folder, "node_modules/parley");
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "README.md", "index.js", "package.json", "types"]);
    const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: "parley", engines: { node: ">=22" } });
    for (const kind of ["dependencies", "peerDependencies", "scripts"]) expect(manifest).not.toHaveProperty(kind);
  });

  test("has types that name no other package", () => {
    const types = path.join(root, "dist/sdk/types");
    const files = readdirSync(types, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = readFileSync(path.join(types, file), "utf8");
      const specifiers = [...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, specifier]) => specifier);
      for (const specifier of specifiers) expect(specifier, file).toMatch(/^\.{1,2}\/[\w./-]+\.js$/);
    }
  });
});

describe.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("with the modules %s and the resolution %s of TypeScript 5", (module, moduleResolution) => {
  test("the README's example compiles, with the checks of libraries on", { timeout: 5 * MINUTE_MS }, async () => {
    const project = await projectWithSdk();
    await project.install(["typescript@5.9.3", "@types/node@22.20.7"]);
    const compilerOptions = { strict: true, target: "es2023", skipLibCheck: false, exactOptionalPropertyTypes: true };
    project.write("tsconfig.json", {
      compilerOptions: { ...compilerOptions, module, moduleResolution, noEmit: true },
      include: ["*.ts"],
    });
    project.write(
      "seq.ts",
      'import { createClient, type SentMessage } from "parley/sdk";\n' +
        'export const sent: SentMessage = createClient({ url: "https://chat.example" }).channel("c_1").send("hi");\n' +
        "export const seq: number = await sent;\n" +
        "// @ts-expect-error A text is no number.\n" +
        "createClient({ url: 1 });\n",
    );
    const { code, output } = await project.run(project.bin("tsc"), ["-p", "."]);
    expect(code, output).toBe(0);
  });
});

describe("the README's example", () => {
  const run = (project: TemporaryProject, node: string, args: string[]) =>
    project.run(node, args, { PARLEY_URL: server.url });

  test("runs within a minute of an empty folder", { timeout: 2 * MINUTE_MS }, async () => {
    const startedAt = performance.now();
    const project = await projectWithSdk();
    const { code, output } = await run(project, process.execPath, [path.join(project.folder, "example.ts")]);
    expect(output).toContain("Hello, Bob.");
    expect(code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(MINUTE_MS);
  });

  test("sends its message with Node 22", { timeout: 5 * MINUTE_MS }, async () => {
    const project = await projectWithSdk();
    await project.install([nodePackage("22.23.5")]);
    const { code, output } = await run(project, nodeOf(project), ["example.ts"]);
    expect(output).toContain("Hello, Bob.");
    expect(code, output).toBe(0);
  });

  test("is refused by Node 20 with the reason", { timeout: 5 * MINUTE_MS }, async () => {
    const project = await projectWithSdk();
    await project.install([nodePackage("20.20.2")]);
    project.write(
      "example.js",
      'import { createClient } from "parley/sdk";\ncreateClient({ url: "https://chat.example" });\n',
    );
    const { code, output } = await run(project, nodeOf(project), ["example.js"]);
    expect(code).not.toBe(0);
    expect(output).toContain("createClient needs Node 22 or later");
  });

  test.each(["node", "browser"])("is bundled for %s, and the bundle for Node sends its message", async (platform) => {
    const project = await projectWithSdk();
    const esbuild = path.join(root, "node_modules/.bin/esbuild");
    const options = ["--bundle", "--format=esm", `--platform=${platform}`, "--outfile=bundle.mjs"];
    const bundled = await project.run(esbuild, ["example.ts", ...options]);
    expect(bundled.code, bundled.output).toBe(0);
    if (platform === "browser") return;
    rmSync(path.join(project.folder, "node_modules"), { recursive: true });
    const { code, output } = await run(project, process.execPath, [path.join(project.folder, "bundle.mjs")]);
    expect(output).toContain("Hello, Bob.");
    expect(code, output).toBe(0);
  });
});
