// A copy of the sources and the server built from it. Edits of the working tree do not affect a
// run, a restart does not build again, and a planted bug changes only the copy.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { applyEdits, type SourceEdit } from "./planted-bug.ts";

const run = promisify(execFile);
const copied = ["src", "scripts", "migrations", "package.json", "wrangler.toml", "tsconfig.base.json", "tsconfig.json"];

/** Runs a program to its end; throws with its output when it fails. */
export async function runTool(tool: string, args: readonly string[], cwd: string): Promise<void> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
  await run("npx", [tool, ...args], { cwd, env, maxBuffer: 50_000_000 });
}

export class SourceTree {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** The folder of everything that the server stores. */
  get state(): string {
    return path.join(this.folder, "state");
  }

  get worker(): string {
    return path.join(this.folder, "worker/index.js");
  }

  static copy(root: string): SourceTree {
    const folder = mkdtempSync(path.join(tmpdir(), "parley-faults-"));
    for (const name of copied) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    // No suite loads the page, and the worker is built by `bundle`.
    mkdirSync(path.join(folder, "dist/web"), { recursive: true });
    writeFileSync(path.join(folder, "dist/web/index.html"), "<!doctype html>");
    const config = path.join(folder, "wrangler.toml");
    writeFileSync(config, readFileSync(config, "utf8").replace(/^\[build\]\n(?:.+\n)*/m, ""));
    return new SourceTree(folder);
  }

  /** Throws where an edit does not find its text. */
  edit(edits: readonly SourceEdit[]): void {
    applyEdits(this.folder, edits);
  }

  /** Bundles the worker. */
  bundle(): Promise<void> {
    return runTool("wrangler", ["deploy", "--dry-run", "--outdir", "worker"], this.folder);
  }

  /** Creates an empty directory and an empty archive. */
  async migrate(): Promise<void> {
    const state = ["--local", "--persist-to", this.state];
    for (const binding of ["DIRECTORY", "ARCHIVE"])
      await runTool("wrangler", ["d1", "migrations", "apply", binding, ...state], this.folder);
  }

  /** Copies the state of another tree. */
  adopt(other: SourceTree): void {
    cpSync(other.state, this.state, { recursive: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
