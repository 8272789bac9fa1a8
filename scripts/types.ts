// Type-checks each part under the globals it really has: the server, the rules without any, the client library, the page, the tests.
import { spawn } from "node:child_process";

const projects = ["tsconfig.json", "src/domain", "src/sdk", "src/web", "test"];

const check = (project: string) =>
  new Promise<number>((resolve) => {
    spawn("npx", ["tsc", "-p", project], { stdio: "inherit" }).once("exit", (code) => resolve(code ?? 1));
  });

const codes = await Promise.all(projects.map(check));
process.exit(Math.max(...codes));
