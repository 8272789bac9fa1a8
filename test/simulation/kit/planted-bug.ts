// Edits of a copy of the sources: planted bugs that a suite has to find, and the server as a later
// release might be. An edit finds its place by a piece of the code, so it survives changes around
// it. `planted-bugs.test.ts` applies all edits and compiles the result.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface SourceEdit {
  /** Below the root of the tree. */
  file: string;
  /** Must occur exactly once in the file. */
  find: string;
  replace: string;
}

export interface PlantedBug<Finding extends string = string> {
  /** Begins with a number, so that `--bug 1-` names one. */
  name: string;
  /** The promise that the bug breaks. */
  promise: string;
  /** What the suite reports when it finds the bug: kinds of violations, or names of bars. */
  foundAs: readonly Finding[];
  edits: readonly SourceEdit[];
}

/**
 * The edited files, by path below the root. Throws where a text to find does not occur exactly
 * once.
 */
export function editedFiles(root: string, edits: readonly SourceEdit[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = files.get(file) ?? readFileSync(path.join(root, file), "utf8");
    const [before, after, ...others] = text.split(find);
    if (before === undefined || after === undefined) throw new Error(`${file} does not contain: ${find}`);
    if (others.length > 0) throw new Error(`${file} contains ${others.length + 1} times: ${find}`);
    files.set(file, before + replace + after);
  }
  return files;
}

export function applyEdits(root: string, edits: readonly SourceEdit[]): void {
  for (const [file, text] of editedFiles(root, edits)) writeFileSync(path.join(root, file), text);
}
