// The headers of answers, and which requests a cookie authenticates.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { access } from "../../src/gateway/access";
import { app } from "../../src/gateway/app";
import { PASSWORD, play, samples, say, type World } from "../contract/samples";
import { ORIGIN, openDirect, type Person, register, request } from "../support/http";

let world: World;
let alice: Person;

beforeAll(async () => {
  const [bob, carol] = await Promise.all(["bob", "carol"].map(register));
  alice = await register("alice");
  if (!bob || !carol) throw new Error("somebody is missing");
  const channel = await openDirect(alice, bob);
  world = { alice, bob, carol, channel, seq: await say({ alice, channel }) };
});

const answered = Object.keys(samples).filter((key) => access[key]?.author !== 101);

describe.each(answered)("the answer of %s", (key) => {
  test.each(["member", "anonymous"])("to a caller who is %s has every header", async (caller) => {
    const token = caller === "member" ? world.alice.token : undefined;
    const seq = key.includes("{seq}") ? await say(world) : world.seq;
    const { headers } = await play(key, { ...world, seq }, world.alice, token);
    // Only files may be kept, and only by those who may read them.
    const isFile = caller === "member" && key.startsWith("GET /v1/files/");
    const cached = isFile ? "private, max-age=31536000, immutable" : null;
    expect(Object.fromEntries(headers)).toMatchObject({
      "strict-transport-security": expect.stringMatching(/^max-age=\d{8}$/),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "content-security-policy": expect.stringMatching(/default-src 'none';.*frame-ancestors 'none'/),
      "cache-control": cached ?? (key.includes(" /v1/") ? "no-store" : "no-cache"),
    });
  });
});

test("a refusal of a route that does not exist is not stored either", async () => {
  const { headers } = await request("/v1/nothing");
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("strict-transport-security")).not.toBeNull();
});

test("strict-transport-security is not sent over plain http", async () => {
  const plain = await app.fetch(new Request("http://localhost/v1/me"), env, createExecutionContext());
  expect(plain.headers.get("strict-transport-security")).toBeNull();
  expect(plain.headers.get("cache-control")).toBe("no-store");
});

test("[S128] a poll that names its tag is answered 304, although no answer is stored", async () => {
  const path = "/v1/inbox";
  // The samples of guilds change the inboxes of the others.
  const { token } = await register("dave");
  const first = await request(path, { token });
  const etag = first.headers.get("etag") ?? expect.fail("no tag");
  await first.text();
  const second = await request(path, { token, headers: { "if-none-match": etag } });
  expect(second.status).toBe(304);
  expect(second.headers.get("cache-control")).toBe("no-store");
});

describe("[S127] the cookie, in a request without an origin", () => {
  let cookie: string;
  beforeAll(async () => {
    const body = { handle: alice.handle, password: PASSWORD };
    const answer = await request("/v1/sessions", { method: "POST", body, headers: { origin: ORIGIN } });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? expect.fail("no cookie");
  });
  const reads = Object.keys(samples).filter((key) => key.startsWith("GET") && access[key]?.anonymous === 401);

  test.each(reads)("does not count for %s of a foreign page", async (key) => {
    for (const site of ["cross-site", "same-site"]) {
      const { path } = (await samples[key]?.(world, alice)) ?? expect.fail("no sample");
      const answer = await request(path, { headers: { cookie, "sec-fetch-site": site } });
      expect(answer.status, site).toBe(401);
      expect(await answer.json()).toMatchObject({ code: "sign_in_required" });
    }
  });

  test("does not count either if the browser names the foreign page", async () => {
    const answer = await request("/v1/me", { headers: { cookie, origin: "https://mallory.test" } });
    expect(answer.status).toBe(401);
  });

  test.each(["same-origin", "none"])("counts for our own page and for an address that was typed (%s)", async (site) => {
    expect((await request("/v1/me", { headers: { cookie, "sec-fetch-site": site } })).status).toBe(200);
  });
});
