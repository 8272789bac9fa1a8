// An empty project in a temporary folder, as a developer makes one, with the packages that a test
// installs into it. Its packages are no dependencies of Parley: the tools to check the OpenAPI
// document alone are 270 packages and 130 MB, and TypeScript 5 would stand beside TypeScript 7.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const root = path.join(import.meta.dirname, "../..");

export interface Ended {
  code: number | null;
  output: string;
  /** How long the command took, in milliseconds. */
  tookMs: number;
}

export class TemporaryProject {
  readonly folder = mkdtempSync(path.join(tmpdir(), "parley-project-"));

  constructor() {
    this.write("package.json", { name: "empty", private: true, type: "module" });
  }

  /** Writes a file. An object is written as JSON. */
  write(file: string, content: string | object): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }

  /** Installs packages. Scripts of packages do not run. */
  async install(packages: readonly string[], ...options: string[]): Promise<void> {
    const { code, output } = await this.run("npm", [
      "install",
      "--ignore-scripts",
      "--no-audit",
      ...options,
      ...packages,
    ]);
    if (code !== 0) throw new Error(`npm install ${packages.join(" ")}:\n${output}`);
  }

  /** Runs a command in the project's folder. */
  run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return runIn(this.folder, command, args, env);
  }

  /** The path of a program that a package of the project brings. */
  bin(name: string): string {
    return path.join(this.folder, "node_modules/.bin", name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs a command and collects what it prints. */
export function runIn(
  folder: string,
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, tookMs: performance.now() - startedAt }));
  });
}

/** The package with the program of another version of Node, for this machine. */
export const nodePackage = (version: string): string => `node-${process.platform}-${process.arch}@${version}`;

/** The program of a `nodePackage`. */
export const nodeOf = (project: TemporaryProject): string =>
  path.join(project.folder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
