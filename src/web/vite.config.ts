// Builds the page into dist/web, where the Worker's assets binding serves it.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const outDir = resolve(here, "../../dist/web");

const docsInit = `window.addEventListener("load", () => {
  SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true });
});
`;

/**
 * Adds the files of the API reference. The page's content security policy allows no other origin.
 */
function docsAssets(): Plugin {
  return {
    name: "parley:docs-assets",
    apply: "build",
    async writeBundle() {
      const source = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
      const target = join(outDir, "docs-assets");
      await mkdir(target, { recursive: true });
      for (const file of ["swagger-ui-bundle.js", "swagger-ui.css"])
        await copyFile(join(source, file), join(target, file));
      await writeFile(join(target, "docs-init.js"), docsInit);
    },
  };
}

/** Rewrites the modules whose ids match, in builds. */
function rewritten(name: string, ids: RegExp, rewrite: (code: string) => string): Plugin {
  const transform = (code: string, id: string) => (ids.test(id) ? rewrite(code) : undefined);
  return { name: `parley:${name}`, apply: "build", enforce: "pre", transform };
}

/** What the page leaves out of modules, and what it sets in them. */
const rewrites = [
  // The page never uses the functions that write JSON Schema, but every zod schema contains them.
  rewritten("without-json-schema", /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/, (code) => {
    const names = [...code.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name);
    return names.map((name) => `export function ${name}() {}`).join("\n");
  }),
  // The page explains errors in its own words (`src/text/errors.ts`), in the person's language.
  rewritten("without-sentences", /\/src\/protocol\/errors\.ts$/, (code) => {
    const shortened = code.replace(/\bsentence:\s*(?:"[^"\n]*"|`[^`]*`)/g, 'sentence: ""');
    if (shortened === code) throw new Error("the sentences of errors are written in another way now");
    return shortened;
  }),
  // Only programmers read zod's own sentences. The code and the path of an issue stay.
  rewritten(
    "without-issue-texts",
    /\/zod\/v4\/locales\/en\.js$/,
    () => "export default function () { return { localeError: () => undefined }; }",
  ),
  // Sets zod's option `jitless` where zod keeps its options, so that it holds before any schema is
  // made. Without it zod tries whether it can compile code from strings. The page's content
  // security policy refuses that, and the browser logs each refusal as an error.
  rewritten("without-compiled-schemas", /\/zod\/v4\/core\/core\.js$/, (code) => {
    if (!code.includes("export const globalConfig")) throw new Error("zod keeps its options elsewhere now");
    return `${code}\nglobalConfig.jitless = true;\n`;
  }),
];

const target = "es2022";

/** Drops the zod schemas that a build does not use: importing a schema has no side effect. */
const rolldownOptions = { treeshake: { moduleSideEffects: (id: string) => !id.includes("/src/protocol/") } };

/**
 * Builds the service worker as one file at the root, because a worker controls only pages below its
 * path. It is a classic script, because not every browser supports module workers.
 */
function worker(): Plugin {
  return {
    name: "parley:worker",
    apply: "build",
    async writeBundle() {
      await build({
        configFile: false,
        root: here,
        publicDir: false,
        build: {
          ...{ outDir, target, emptyOutDir: false, rolldownOptions },
          lib: { entry: join(here, "worker/worker.ts"), formats: ["iife"], name: "worker", fileName: () => "sw.js" },
        },
      });
    },
  };
}

export default defineConfig({
  root: here,
  plugins: [react(), docsAssets(), ...rewrites, worker()],
  worker: { format: "es" },
  build: {
    outDir,
    emptyOutDir: true,
    target,
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    modulePreload: { polyfill: false },
    rolldownOptions,
  },
});
