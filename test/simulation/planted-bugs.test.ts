// Planted bugs have to keep up with the code: one that no longer applies or compiles proves nothing
// about the suite that should find it.
import { execFile } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { runs } from "../support/runs";
import { editedFiles, type SourceEdit } from "./kit/planted-bug";
import { SourceTree } from "./kit/source-tree";
import { bugSuites, sourceEdits } from "./planted-bugs";

const root = path.join(import.meta.dirname, "../..");
const run = promisify(execFile);
const COMPILE_MS = 180_000;

/** The server's sources alone. An import that a bug makes superfluous is no error. */
const project = {
  extends: "./tsconfig.json",
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ["src"],
  exclude: ["src/web", "src/sdk"],
};

/** What the compiler reports for a tree; empty where it compiles. */
async function typeErrors({ folder }: SourceTree): Promise<string> {
  writeFileSync(path.join(folder, "tsconfig.server.json"), JSON.stringify(project));
  try {
    await run(path.join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.server.json"], { cwd: folder });
    return "";
  } catch (error) {
    return error instanceof Error && "stdout" in error ? `${error.message}${error.stdout}` : String(error);
  }
}

function doApply(edits: readonly SourceEdit[]): boolean {
  try {
    editedFiles(root, edits);
    return true;
  } catch {
    return false;
  }
}

interface Batch {
  names: string[];
  edits: SourceEdit[];
}

/**
 * Edits that apply together are compiled together, because one run of the compiler takes seconds.
 */
function batchesOf(list: typeof sourceEdits): Batch[] {
  const batches: Batch[] = [];
  for (const { name, edits } of list) {
    const batch = batches.find((one) => doApply([...one.edits, ...edits])) ?? { names: [], edits: [] };
    if (batch.names.length === 0) batches.push(batch);
    batch.names.push(name);
    batch.edits.push(...edits);
  }
  return batches;
}

describe("planted bugs", () => {
  test.each(sourceEdits)("$name applies", ({ edits }) => {
    for (const [file, text] of editedFiles(root, edits)) expect(text, file).not.toBe("");
  });

  // Takes the compiler 20 s of processor time, so only the long run does it.
  test.runIf(runs(0, 1) > 0)("compile", { timeout: COMPILE_MS }, async () => {
    const tree = SourceTree.copy(root);
    try {
      for (const { names, edits } of batchesOf(sourceEdits)) {
        tree.edit(edits);
        expect(await typeErrors(tree), names.join(", ")).toBe("");
        for (const { file } of edits) copyFileSync(path.join(root, file), path.join(tree.folder, file));
      }
    } finally {
      tree.remove();
    }
  });

  test.each(bugSuites)("of $suite have names, promises and findings of their own", ({ bugs }) => {
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
    for (const { name, promise, foundAs } of bugs) {
      expect(name).toMatch(/^\d+-[a-z-]+$/);
      expect(promise).toMatch(/\.$/);
      expect(foundAs).not.toEqual([]);
    }
  });
});
