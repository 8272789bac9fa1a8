// The OpenAPI document in the tools of other developers: two linters find no error, and a client
// that is generated from it compiles with TypeScript 5 and sends a message.
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sharedServer } from "../journeys/server";
import type { Server } from "../simulation/kit/dev-server";
import { TemporaryProject } from "./temporary-project";

const MINUTE_MS = 60_000;
const project = new TemporaryProject();

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
  await project.install([
    "@redocly/cli@2.77.0",
    "@stoplight/spectral-cli@6.16.3",
    "openapi-typescript@7.13.0",
    "openapi-fetch@0.17.0",
    "typescript@5.9.3",
    "@types/node@22.20.7",
  ]);
  project.write("openapi.json", await (await fetch(`${server.url}/openapi.json`)).text());
}, 10 * MINUTE_MS);

afterAll(() => project.remove());

test("Redocly reports no error, and none of its strict rules", { timeout: 3 * MINUTE_MS }, async () => {
  project.write("redocly.yaml", "extends: [recommended-strict]\n");
  const { code, output } = await project.run(project.bin("redocly"), ["lint", "openapi.json"]);
  expect(code, output).toBe(0);
});

test("Spectral reports no error", { timeout: 3 * MINUTE_MS }, async () => {
  project.write(".spectral.yaml", 'extends: ["spectral:oas"]\n');
  const { code, output } = await project.run(project.bin("spectral"), [
    "lint",
    "--fail-severity=error",
    "openapi.json",
  ]);
  expect(code, output).toBe(0);
});

const program = `
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

const client = createClient<paths>({ baseUrl: process.env.PARLEY_URL ?? "" });
const handle = "made-" + Math.random().toString(36).slice(2, 10);
const created = await client.POST("/v1/accounts", {
  body: { handle, password: "correct horse battery", name: "Made", keep: "token" },
});
if (!created.data?.token) throw new Error(JSON.stringify(created.error));
client.use({
  onRequest({ request }) {
    request.headers.set("authorization", "Bearer " + created.data.token);
  },
});
const opened = await client.POST("/v1/channels", { body: { kind: "direct", user: created.data.me.id } });
if (!opened.data) throw new Error(opened.error.code);
const params = { path: { channel: opened.data.id } };
const sent = await client.POST("/v1/channels/{channel}/messages", {
  params: { ...params, header: { "Idempotency-Key": "the first" } },
  body: { text: "Hello from a generated client." },
});
if (!sent.data) throw new Error(sent.error.code);
const seq: number = sent.data.seq;
const shown = await client.GET("/v1/channels/{channel}/messages/{seq}", { params: { path: { ...params.path, seq } } });
if (!shown.data || shown.data.body.state !== "live") throw new Error("the message is not there");
console.log(seq, shown.data.body.text);
// @ts-expect-error Every part of a path is required.
const incomplete = () => client.GET("/v1/channels/{channel}/messages/{seq}", { params });
void incomplete;
`;

test("a generated client compiles with nodenext and sends a message", { timeout: 5 * MINUTE_MS }, async () => {
  const generated = await project.run(project.bin("openapi-typescript"), ["openapi.json", "-o", "api.ts"]);
  expect(generated.code, generated.output).toBe(0);
  project.write("program.ts", program);
  project.write("tsconfig.json", {
    compilerOptions: { strict: true, target: "es2023", module: "nodenext", outDir: "out", skipLibCheck: false },
    include: ["*.ts"],
  });
  const compiled = await project.run(project.bin("tsc"), ["-p", "."]);
  expect(compiled.code, compiled.output).toBe(0);
  const out = path.join(project.folder, "out/program.js");
  const ran = await project.run(process.execPath, [out], { PARLEY_URL: server.url });
  expect(ran.output).toContain("1 Hello from a generated client.");
  expect(ran.code, ran.output).toBe(0);
});
