// The project of workers with removable guards. Without `PROOF`, which names a test, it runs the
// authorisation matrix without each guard in turn.
import path from "node:path";
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { findGuards, root } from "./sources.ts";

const { guards, code } = findGuards();
const { PROOF = "test/guards/removals.ts", GUARD = "", FROM = "", TO = "", CELLS = "" } = process.env;

interface Project {
  plugins?: unknown[];
  test: { name: string; setupFiles?: string[] };
}

export default defineConfig(async (env) => {
  const { test } = (await (base as unknown as (given: typeof env) => unknown)(env)) as {
    test: { projects: Project[] };
  };
  const workers = test.projects.find((project) => project.test.name === "workers");
  if (!workers) throw new Error("there is no project of workers");
  const removable = {
    name: "removable-guards",
    enforce: "pre" as const,
    transform: (_: string, id: string) => code.get(path.relative(root, id.split("?")[0] ?? "")) ?? null,
  };
  return {
    root,
    plugins: [removable, ...((workers.plugins ?? []) as (typeof removable)[])],
    test: {
      ...workers.test,
      name: "guards",
      include: [PROOF],
      setupFiles: [...(workers.test.setupFiles ?? []), "./test/guards/guard-switch.ts"],
      testTimeout: 3_600_000,
      provide: { guards: JSON.stringify(guards), removed: GUARD, part: JSON.stringify({ FROM, TO, CELLS }) },
    },
  };
});
