// The servers of calls: who gets them, and what they are.

import { env } from "cloudflare:workers";
import { createHmac } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { iceServersFor } from "../../src/gateway/operations/ice-servers";
import { type IceAnswer, limits } from "../../src/protocol";
import { call, openDirect, openGroup, register, removeMember, request } from "../support/http";

const NOW = 1_800_000_000_000;
const STUN = "stun:stun.example:3478";

afterEach(() => vi.restoreAllMocks());

const answering = (status: number, body: unknown) => {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return Response.json(body, { status });
  };
  return { sent, fetch };
};

const key = { STUN_URLS: STUN, TURN_KEY_ID: "key", TURN_KEY_TOKEN: "secret" };

test("[S264] without a relay there is STUN, and nothing that expires", async () => {
  const answer = await iceServersFor({ STUN_URLS: STUN }, "u_1", NOW);
  expect(answer).toEqual({ iceServers: [{ urls: [STUN] }], expiresAt: null, relay: false });
});

test("[S264] the credentials of coturn are an expiry and its HMAC-SHA1", async () => {
  const variables = {
    STUN_URLS: STUN,
    COTURN_URLS: "turn:turn.example:3478 turns:turn.example:5349",
    COTURN_SECRET: "s",
  };
  const { iceServers, expiresAt, relay } = await iceServersFor(variables, "u_1", NOW);
  const username = `${(NOW + limits.callIceMs) / 1_000}:u_1`;
  const credential = createHmac("sha1", "s").update(username).digest("base64");
  const urls = ["turn:turn.example:3478", "turns:turn.example:5349"];
  expect(iceServers).toEqual([{ urls: [STUN] }, { urls, username, credential }]);
  expect({ expiresAt, relay }).toEqual({ expiresAt: NOW + limits.callIceMs, relay: true });
});

test("[S264] Cloudflare's credentials live for ten minutes, and its port 53 is left out", async () => {
  const urls = ["turn:turn.example:3478?transport=udp", "turn:turn.example:53?transport=udp", "turns:turn.example:443"];
  const server = { urls, username: "name", credential: "password" };
  const { sent, fetch } = answering(201, { iceServers: [{ urls: "stun:stun.example:53" }, server] });
  const answer = await iceServersFor(key, "u_1", NOW, fetch);
  expect(answer.iceServers).toEqual([{ urls: [STUN] }, { ...server, urls: [urls[0], urls[2]] }]);
  expect(answer).toMatchObject({ relay: true, expiresAt: NOW + limits.callIceMs });
  expect(sent[0]?.url).toBe("https://rtc.live.cloudflare.com/v1/turn/keys/key/credentials/generate-ice-servers");
  expect(sent[0]?.init).toMatchObject({ method: "POST", body: '{"ttl":600}' });
  expect(new Headers(sent[0]?.init.headers).get("authorization")).toBe("Bearer secret");
});

test.each([
  [500, {}],
  [201, { iceServers: "none" }],
])("a relay that answers %i is left out", async (status, body) => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const { fetch } = answering(status, body);
  const answer = await iceServersFor(key, "u_1", NOW, fetch);
  expect(answer).toEqual({ iceServers: [{ urls: [STUN] }], expiresAt: null, relay: false });
  expect(JSON.stringify(logged.mock.calls)).not.toContain("secret");
});

const ask = (token: string, channel: string) => request("/v1/calls/ice", { method: "POST", token, body: { channel } });

test("[S264] members get the servers, outsiders and removed members do not", async () => {
  const [alice, bob, eve] = [await register("alice"), await register("bob"), await register("eve")];
  const channel = await openGroup(alice, [bob]);
  expect((await ask(bob.token, channel)).status).toBe(200);
  expect((await ask(eve.token, channel)).status).toBe(404);
  await removeMember(alice, channel, bob);
  expect((await ask(bob.token, channel)).status).toBe(404);
  const body = await call<IceAnswer>("/v1/calls/ice-test", { method: "POST", token: eve.token, body: {} });
  expect(body).toMatchObject({
    relay: false,
    policy: "all",
    iceServers: [{ urls: ["stun:stun.cloudflare.com:3478"] }],
  });
});

test("[S265] where there is a relay, people who share only their direct channel hide their addresses", async () => {
  const variables = env as { COTURN_URLS?: string; COTURN_SECRET?: string };
  Object.assign(variables, { COTURN_URLS: "turn:turn.example:3478", COTURN_SECRET: "s" });
  try {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const channel = await openDirect(alice, bob);
    const policy = async () => ((await (await ask(alice.token, channel)).json()) as IceAnswer).policy;
    expect(await policy()).toBe("relay");
    const group = await openGroup(alice, [bob]);
    expect(await policy()).toBe("all");
    expect(((await (await ask(alice.token, group)).json()) as IceAnswer).policy).toBe("all");
  } finally {
    Object.assign(variables, { COTURN_URLS: "", COTURN_SECRET: "" });
  }
});
