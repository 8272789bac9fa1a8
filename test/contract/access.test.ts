// The access table: every route is called by every kind of caller.
import { beforeAll, describe, expect, test } from "vitest";
import { access, type CallerKind } from "../../src/gateway/access";
import { app } from "../../src/gateway/app";
import { closeCodes, SUBPROTOCOL } from "../../src/protocol";
import { openDirect, type Person, register, request } from "../support/http";
import { accessToken, Device, openSocket } from "../support/socket";
import { play, samples, say, signIn, type World } from "./samples";

const registered = app.routes
  .filter(({ method }) => method !== "ALL" && method !== "OPTIONS")
  .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);

const keys = Object.keys(access);
const callers: CallerKind[] = ["anonymous", "revoked", "stranger", "member", "author"];

let world: World;
let revoked: Person;
let revokedAccess: string;

beforeAll(async () => {
  const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map(register));
  if (!alice || !bob || !carol) throw new Error("somebody is missing");
  const channel = await openDirect(alice, bob);
  world = { alice, bob, carol, channel, seq: await say({ alice, channel }) };
  revoked = await signIn(bob);
  revokedAccess = await accessToken(revoked.token);
  expect((await request("/v1/sessions/current", { method: "DELETE", token: revoked.token })).status).toBe(204);
});

/** Each kind of caller with their token. */
function personOf(caller: CallerKind): { who: Person; token: string | undefined } {
  const who = {
    anonymous: world.bob,
    revoked: world.bob,
    stranger: world.carol,
    member: world.bob,
    author: world.alice,
  }[caller];
  const token = caller === "anonymous" ? undefined : caller === "revoked" ? revoked.token : who.token;
  return { who, token };
}

test("every route has a row, and every row has a route and a sample", () => {
  expect([...new Set(registered)].sort()).toEqual(keys.toSorted());
  expect(Object.keys(samples).sort()).toEqual(keys.toSorted());
});

describe.each(keys)("%s", (key) => {
  test.each(callers)("answers %s as the table says", async (caller) => {
    const seq = key.includes("{seq}") ? await say(world) : world.seq;
    const { who, token } = personOf(caller);
    const response = await play(key, { ...world, seq }, who, token);
    expect(response.status, response.webSocket ? "" : await response.clone().text()).toBe(access[key]?.[caller]);
    response.webSocket?.accept();
    response.webSocket?.close();
  });
});

describe("[S4] an access token of an ended session", () => {
  test.each(keys.filter((key) => access[key]?.revoked === 401))("is refused by %s", async (key) => {
    const response = await play(key, world, world.bob, revokedAccess);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "token_expired", temporary: true });
  });
});

describe("[S163] a token that is none", () => {
  const odd = [
    "x",
    "not.a.token",
    "e30.e30.e30",
    "ps_",
    `ps_${"a".repeat(43)}`,
    `${"a".repeat(3_000)}`,
    "pd1.u_a.b.1.c.d",
  ];
  const headers = ["Bearer", "Bearer ", "Basic eDp5", "Bearer two words", "Bearer ü", "x"];

  const refusing = keys.filter((key) => access[key]?.revoked === 401);
  // The routes share the code that reads a token, so each gets one of the odd ones.
  test.each(refusing)("is refused for good by %s", async (key) => {
    for (const token of [odd[refusing.indexOf(key) % odd.length] ?? "", revoked.token]) {
      const response = await play(key, world, world.bob, token);
      expect(response.status, token).toBe(401);
      expect(await response.json(), token).toMatchObject({ code: "unauthorized", temporary: false });
    }
  });

  test.each(headers)("cannot be read from the header %j", async (authorization) => {
    const response = await request("/v1/gateway", { headers: { authorization } });
    expect(await response.json()).toMatchObject({ code: "unauthorized", temporary: false });
  });

  test("is not an access token that has another signature, as after a change of the secret", async () => {
    const token = await accessToken(world.bob.token);
    const response = await request("/v1/me", { token: `${token.slice(0, token.lastIndexOf("."))}.${"a".repeat(43)}` });
    expect(await response.json()).toMatchObject({ code: "token_expired", temporary: true });
  });

  test("differs from no token at all", async () => {
    expect(await (await request("/v1/me")).json()).toMatchObject({ code: "sign_in_required", temporary: false });
  });
});

describe("[S8] a socket", () => {
  const paths = () => ["/v1/socket", `/v1/channels/${world.channel}/socket`];

  test("without a token opens and is closed as stale", async () => {
    for (const path of paths()) {
      const { webSocket, status } = await request(path, {
        headers: { upgrade: "websocket", "sec-websocket-protocol": SUBPROTOCOL },
      });
      expect(status).toBe(101);
      const device = new Device(webSocket ?? expect.fail("no socket"));
      expect(await device.untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    }
  });

  test.each(["not.a.token", "e30.e30.e30", "x"])("of the token %s is closed as stale", async (token) => {
    for (const path of paths()) {
      expect(await (await openSocket(path, token)).untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    }
  });

  test("of an ended session is closed as stale", async () => {
    for (const path of paths()) {
      expect(await (await openSocket(path, revokedAccess)).untilClosed()).toMatchObject({
        code: closeCodes.tokenStale,
      });
    }
  });

  test("of a non-member is closed in the same way whether the channel exists or not", async () => {
    const token = await accessToken(world.carol.token);
    const closed: Device["closed"][] = [];
    for (const channel of [world.channel, "c_nowhere"]) {
      const device = await openSocket(`/v1/channels/${channel}/socket`, token);
      closed.push(await device.untilClosed());
    }
    expect(closed[0]).toMatchObject({ code: closeCodes.removed });
    expect(closed[1]).toEqual(closed[0]);
  });

  test("[S9] of a member gets hello and stays open", async () => {
    for (const path of paths()) {
      const device = await openSocket(path, await accessToken(world.bob.token));
      const hello = await device.until((frame) => frame.type === "hello");
      expect(hello).toMatchObject({
        user: world.bob.id,
        protocol: 1,
        heartbeatMs: 30_000,
        rate: { burst: 100_000, everyMs: 1 },
      });
      expect(device.closed).toBeNull();
      device.close();
    }
  });

  test("[S7] is not opened without the subprotocol or without an upgrade", async () => {
    for (const path of paths()) {
      expect((await request(path, { headers: { upgrade: "websocket" } })).status).toBe(400);
      expect((await request(path)).status).toBe(426);
    }
  });
});

describe("[S50] what does not exist and what is not mine", () => {
  const hidden = keys.filter((key) => access[key]?.stranger === 404);

  test.each(hidden)("get the same answer: %s", async (key) => {
    const bodies = await Promise.all(
      [world.channel, "c_nowhere"].map(async (channel) => {
        const response = await play(key, { ...world, channel }, world.carol, world.carol.token);
        const { requestId, ...body } = (await response.json()) as { requestId: string };
        expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
        return { status: response.status, body };
      }),
    );
    expect(bodies[0]).toEqual(bodies[1]);
    expect(bodies[0]).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});
