// Runs in Vitest's own process, around all journeys of a project: makes the folder of the server's
// state, and ends the server, which the process of the journeys leaves running.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { pidFileOf } from "../simulation/kit/dev-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    serverFolder: string;
  }
}

export default function setup({ provide }: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "parley-journeys-"));
  provide("serverFolder", folder);
  return () => {
    const pidFile = pidFileOf(folder);
    if (existsSync(pidFile)) process.kill(-Number(readFileSync(pidFile, "utf8")), "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
}
