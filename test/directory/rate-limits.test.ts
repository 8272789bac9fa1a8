import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { takeToken } from "../../src/directory/rate-limits";
import { admit } from "../../src/domain/token-bucket";
import { tuning } from "../../src/domain/tuning";
import { limits } from "../../src/protocol";
import { register, request } from "../support/http";
import { db } from "./support";

const rate = { burst: 3, everyMs: 1_000 };
const NOW = 1_000_000;

const fill = (key: string, fullAt: number) =>
  env.DIRECTORY.prepare("INSERT OR REPLACE INTO rate_limits (key, full_at) VALUES (?, ?)").bind(key, fullAt).run();

describe("[S63] a bucket in the directory", () => {
  test("admits its burst of concurrent requests", async () => {
    const waits = await Promise.all(Array.from({ length: 20 }, () => takeToken(db, "at once", rate, NOW)));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(rate.burst);
    expect(waits.filter((wait) => wait > 0)).toEqual(Array.from({ length: 17 }, () => rate.everyMs));
  });

  test("decides like the rule of the domain, for any pauses", async () => {
    let fullAt = 0;
    let now = NOW;
    for (const pause of [0, 0, 0, 0, 999, 1, 500, 500, 2_500, 0, 0, 0, 10_000, 0, 0, 0, 0]) {
      now += pause;
      const expected = admit(rate, fullAt, now);
      fullAt = expected.fullAt;
      expect(await takeToken(db, "as the rule", rate, now)).toBe(expected.admitted ? 0 : expected.retryAfterMs);
    }
  });

  test("that a fast clock wrote locks nobody out for longer than its burst", async () => {
    await fill("ahead", NOW + 1_000_000_000);
    expect(await takeToken(db, "ahead", rate, NOW)).toBe(rate.everyMs);
    expect(await takeToken(db, "ahead", rate, NOW + rate.everyMs)).toBe(0);
  });

  test("is separate for each key", async () => {
    for (let i = 0; i < rate.burst; i++) await takeToken(db, "one", rate, NOW);
    expect(await takeToken(db, "one", rate, NOW)).toBeGreaterThan(0);
    expect(await takeToken(db, "other", rate, NOW)).toBe(0);
  });
});

describe("an empty bucket", () => {
  const HOUR = 3_600_000;

  async function refusalCode(path: string, sent: Parameters<typeof request>[1]): Promise<void> {
    const response = await request(path, sent);
    const body = (await response.json()) as { retryAfterMs: number };
    expect(response.status).toBe(429);
    expect(body).toMatchObject({ code: "rate_limited", temporary: true });
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBe(Math.ceil(body.retryAfterMs / 1_000));
    expect(seconds).toBeGreaterThan(0);
  }

  test("refuses a sign-in, also with the right password, and says how long to wait", async () => {
    const alice = await register("alice");
    await fill(`sign-in local ${alice.handle}`, Date.now() + HOUR);
    const body = { handle: alice.handle.toUpperCase(), password: "correct horse battery" };
    await refusalCode("/v1/sessions", { method: "POST", body });
  });

  test("of one address does not affect another", async () => {
    const alice = await register("alice");
    await fill(`sign-in 192.0.2.1 ${alice.handle}`, Date.now() + HOUR);
    const body = { handle: alice.handle, password: "correct horse battery" };
    const from = (address: string) => ({ method: "POST", body, headers: { "cf-connecting-ip": address } });
    await refusalCode("/v1/sessions", from("192.0.2.1"));
    expect((await request("/v1/sessions", from("192.0.2.2"))).status).toBe(200);
  });

  test("of an address refuses every handle and every registration from it", async () => {
    await fill("sign-in 192.0.2.3", Date.now() + HOUR);
    await fill("register 192.0.2.3", Date.now() + HOUR);
    const headers = { "cf-connecting-ip": "192.0.2.3" };
    const body = { handle: "nobody", password: "correct horse battery" };
    await refusalCode("/v1/sessions", { method: "POST", headers, body });
    await refusalCode("/v1/accounts", { method: "POST", headers, body: { ...body, name: "Nobody" } });
  });

  test("refuses new channels and guesses at the current password", async () => {
    const alice = await register("alice");
    await fill(`directory ${alice.id}`, Date.now() + HOUR);
    await fill(`password ${alice.id}`, Date.now() + HOUR);
    await refusalCode("/v1/channels", {
      method: "POST",
      token: alice.token,
      body: { kind: "direct", user: alice.id },
    });
    const body = { current: "wrong horse battery", next: "battery horse correct" };
    await refusalCode("/v1/me/password", { method: "PUT", token: alice.token, body });
  });
});

test("a session is renewed once an hour, for ninety days from then", async () => {
  const alice = await register("alice");
  const seen = async () =>
    await env.DIRECTORY.prepare("SELECT seen_at, expires_at FROM sessions WHERE id = ?")
      .bind(alice.session)
      .first<{ seen_at: number; expires_at: number }>();
  const before = await seen();
  await request("/v1/me", { token: alice.token });
  expect(await seen()).toEqual(before);
  const longAgo = Date.now() - tuning.sessionTouchIntervalMs - 1_000;
  await env.DIRECTORY.prepare("UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id = ?")
    .bind(longAgo, Date.now() + 5_000, alice.session)
    .run();
  await request("/v1/me", { token: alice.token });
  await expect.poll(async () => ((await seen())?.seen_at ?? 0) > longAgo).toBe(true);
  const after = await seen();
  expect((after?.expires_at ?? 0) - (after?.seen_at ?? 0)).toBe(limits.sessionMs);
});
