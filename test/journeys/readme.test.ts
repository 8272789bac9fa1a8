// The example program of the SDK's README, run unchanged by plain Node with a real server.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Server } from "../simulation/kit/dev-server";
import { sharedServer } from "./server";

const root = path.join(import.meta.dirname, "../..");
// Inside the project, so that `parley/sdk` resolves to this package.
const folder = path.join(root, "dist/readme");

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
});

test("the example of the SDK's README runs to its end and prints the messages", async () => {
  const readme = readFileSync(path.join(root, "src/sdk/README.md"), "utf8");
  const program = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (!program) throw new Error("the README has no example");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "example.ts"), program);
  const child = spawn("npx", ["node", path.join(folder, "example.ts")], {
    cwd: root,
    env: { ...process.env, PARLEY_URL: server.url },
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => printed.push(data.toString()));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect({ code, printed: printed.join("").includes("Hello, Bob.") }).toEqual({ code: 0, printed: true });
});
