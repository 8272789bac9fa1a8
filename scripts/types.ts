// Type-checks each part with the globals that it has at run time: the server, the pure rules (which
// have none), the SDK, the page, the tests.
import { spawn } from "node:child_process";

const projects = ["tsconfig.json", "src/domain", "src/sdk", "src/web", "test"];

const check = (project: string) =>
  new Promise<number>((resolve) => {
    spawn("npx", ["tsc", "-p", project], { stdio: "inherit" }).once("exit", (code) => resolve(code ?? 1));
  });

const codes = await Promise.all(projects.map(check));
process.exit(Math.max(...codes));
