// What an object throws arrives at the caller as it was meant: `temporary` stays `temporary`.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ChannelLoader } from "../../src/channel/channel-loader";
import { ChatError } from "../../src/domain/error";
import { access } from "../../src/gateway/access";
import { play, samples, say, type World } from "../contract/samples";
import { call, openDirect, register, request } from "../support/http";
import { accessToken } from "../support/socket";

let world: World;
/** The routes that ask the channel's object whatever the caller may do. */
const ofObject = Object.keys(samples).filter(
  (key) =>
    key.includes("{channel}/") && !/socket|operator|members|invites|draft|mute|level|guilds|uploads\/\{/.test(key),
);

beforeAll(async () => {
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map(register));
  if (!alice || !bob || !carol) throw new Error("somebody is missing");
  const channel = await openDirect(alice, bob);
  world = { alice, bob, carol, channel, seq: await say({ alice, channel }) };
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("[S50] while the object of a channel refuses everything, as during a restore", () => {
  test.each(ofObject)("%s answers `temporary`", async (key) => {
    vi.spyOn(ChannelLoader.prototype, "find").mockImplementation(() => {
      throw new ChatError("temporary", undefined, 1_500);
    });
    const answer = await play(key, world, world.alice, world.alice.token);
    expect(await answer.json()).toMatchObject({ code: "temporary", temporary: true, retryAfterMs: 1_500 });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("2");
  });

  test("a socket is not opened, with `temporary` too", async () => {
    const token = await accessToken(world.alice.token);
    vi.spyOn(ChannelLoader.prototype, "find").mockImplementation(() => {
      throw new ChatError("temporary");
    });
    const headers = { upgrade: "websocket", "sec-websocket-protocol": `parley.v1, token.${token}` };
    const answer = await request(`/v1/channels/${world.channel}/socket`, { headers });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "temporary" });
  });
});

describe.each([
  ["is overloaded", "Durable Object is overloaded. Requests queued for too long.", { overloaded: true }],
  ["was reset", "internal error in Durable Object storage caused object to be reset; reference = x", {}],
  ["lost its connection", "Network connection lost.", { retryable: true }],
])("while an object %s", (_, message, marks) => {
  test.each([...ofObject, "GET /v1/inbox", "GET /v1/me/export", "PUT /v1/channels/{channel}/draft"])(
    "%s answers `temporary`, not a fault",
    async (key) => {
      const { sql } = await runInDurableObject(env.CHANNELS.getByName(world.channel), (_object, { storage }) => ({
        sql: Object.getPrototypeOf(storage.sql) as { exec(): never },
      }));
      vi.spyOn(console, "error").mockImplementation(() => {});
      vi.spyOn(sql, "exec").mockImplementation(() => {
        throw Object.assign(new Error(message), marks);
      });
      const answer = await play(key, world, world.alice, world.alice.token);
      expect([200, 204, 304, 503]).toContain(answer.status);
      if (answer.status === 503) expect(await answer.json()).toMatchObject({ code: "temporary", temporary: true });
    },
  );
});

test("every route whose answer may fail so documents the problem", () => {
  expect(ofObject.length).toBeGreaterThan(15);
  for (const key of ofObject) expect(access[key]?.member).toBeDefined();
});

test("a channel works again after the failures", async () => {
  expect(await call(`/v1/channels/${world.channel}/messages`, { token: world.alice.token })).toHaveProperty("messages");
});
