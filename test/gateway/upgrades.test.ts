// Upgrades take a short way past the router. It must refuse what the router refuses, in the same
// words.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { answerRequest, app } from "../../src/gateway/app";
import { isUpgrade } from "../../src/gateway/routes/sockets";
import { ORIGIN, openDirect, type Person, register } from "../support/http";
import { accessToken, openSocket } from "../support/socket";

let alice: Person;
let channel: string;
let access: string;

beforeAll(async () => {
  alice = await register("alice");
  channel = await openDirect(alice, await register("bob"));
  access = await accessToken(alice.token);
});

const upgrade = { upgrade: "websocket" };
const offering = (token: string) => ({ ...upgrade, "sec-websocket-protocol": `parley.v1, token.${token}` });
const refused: [name: string, path: () => string, headers: () => Record<string, string>, status: number][] = [
  ["another upgrade", () => `/v1/channels/${channel}/socket`, () => ({ upgrade: "h2c" }), 426],
  ["no subprotocol", () => `/v1/channels/${channel}/socket`, () => upgrade, 400],
  ["a foreign page", () => "/v1/socket", () => ({ ...offering(access), origin: "https://foreign.test" }), 403],
  ["an impossible channel", () => "/v1/channels/lounge/socket", () => offering(access), 400],
];

test.each(refused)("an upgrade with %s is refused as the router refuses it", async (_, path, headers, status) => {
  const answers = await Promise.all(
    [answerRequest, app.fetch].map(async (answer) => {
      const request = new Request(ORIGIN + path(), { headers: headers() });
      expect(isUpgrade(request)).toBe(true);
      const response = await answer(request, env, createExecutionContext());
      const { requestId, ...problem } = await response.json<{ requestId: string }>();
      const { "x-request-id": named, ...rest } = Object.fromEntries(response.headers);
      expect(named).toBe(requestId);
      return { status: response.status, problem, rest };
    }),
  );
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]?.status).toBe(status);
});

test("a token that proves nothing opens a socket that closes with a code, on both ways", async () => {
  for (const answer of [answerRequest, app.fetch]) {
    const request = new Request(`${ORIGIN}/v1/channels/${channel}/socket`, { headers: offering("none") });
    const { webSocket, status } = await answer(request, env, createExecutionContext());
    expect(status).toBe(101);
    const closed = new Promise<number>((resolve) => webSocket?.addEventListener("close", ({ code }) => resolve(code)));
    webSocket?.accept();
    expect(await closed).toBe(4004);
  }
});

test("both sockets open, and no other request takes the short way", async () => {
  await openSocket(`/v1/channels/${channel}/socket`, access);
  await openSocket("/v1/socket", access);
  const asks = (path: string, init: RequestInit = { headers: upgrade }) => isUpgrade(new Request(ORIGIN + path, init));
  expect(asks("/v1/socket?from=page")).toBe(true);
  expect(asks("/v1/socket", {})).toBe(false);
  expect(asks("/v1/socket", { method: "POST", headers: upgrade })).toBe(false);
  expect(asks("/v1/channels/c_1/socket/more")).toBe(false);
  expect(asks("/v1/channels/a/b/socket")).toBe(false);
  expect(asks("/v1/me")).toBe(false);
});
