import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { app } from "../../src/gateway/app";
import { checkPassword, hashPassword, readCost } from "../../src/gateway/auth/scrypt";
import type { Problem, SignedIn } from "../../src/protocol";
import { call, ORIGIN, register, request } from "../support/http";

const PASSWORD = "correct horse battery";
const credentials = (handle: string, password = PASSWORD) => ({
  method: "POST",
  body: { handle, password, keep: "token" },
});

/** Returns a problem without the fields that differ from request to request. */
async function problemOf(response: Response): Promise<Omit<Problem, "requestId">> {
  const { requestId: _, ...body } = (await response.json()) as Problem;
  return body;
}

const hashOf = async (handle: string): Promise<string> =>
  (await env.DIRECTORY.prepare("SELECT password_hash FROM accounts WHERE handle = ?")
    .bind(handle)
    .first<string>("password_hash")) ?? expect.fail("no such account");

describe("registration", () => {
  test("[S64] lower-cases the handle and trims the name", async () => {
    const handle = `Alice-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
    const body = { handle: ` @${handle} `, name: " Alice \n Liddell ", password: PASSWORD, keep: "token" };
    const { me } = await call<SignedIn>("/v1/accounts", { method: "POST", body });
    expect(me).toMatchObject({ handle: handle.toLowerCase(), name: "Alice Liddell" });
    const { me: again } = await call<SignedIn>("/v1/sessions", credentials(`@${handle.toUpperCase()}`));
    expect(again.id).toBe(me.id);
  });

  test("refuses a handle that is taken, in any case", async () => {
    const alice = await register("alice");
    const body = { handle: alice.handle.toUpperCase(), name: "Mallory", password: PASSWORD };
    const response = await request("/v1/accounts", { method: "POST", body });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "handle_taken" });
  });

  test("[S124] refuses a reserved word in any spelling", async () => {
    for (const handle of [
      "here",
      "Channel",
      "EVERYONE",
      "all",
      "admin",
      "system",
      "parley",
      "ad.min",
      "a_ll",
      "@here",
    ]) {
      const response = await request("/v1/accounts", {
        method: "POST",
        body: { handle, name: "X", password: PASSWORD },
      });
      expect(await response.json(), handle).toMatchObject({ code: "handle_taken" });
    }
  });

  test("[S124] keeps an older account whose handle is reserved: it can sign in", async () => {
    const alice = await register("alice");
    await env.DIRECTORY.prepare("UPDATE accounts SET handle = 'here' WHERE id = ?").bind(alice.id).run();
    expect((await call<SignedIn>("/v1/sessions", credentials("here"))).me.id).toBe(alice.id);
  });

  test("creates one account from ten concurrent requests with the same handle", async () => {
    const handle = `race-${crypto.randomUUID().slice(0, 8)}`;
    const body = { handle, name: "Racer", password: PASSWORD };
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async () => (await request("/v1/accounts", { method: "POST", body })).status),
    );
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
  });

  test("stores no password and no token in plain text", async () => {
    const alice = await register("alice");
    expect(await hashOf(alice.handle)).toMatch(/^scrypt\$4:8:1\$[\w-]{22}\$[\w-]{43}$/);
    const { results } = await env.DIRECTORY.prepare("SELECT * FROM sessions WHERE account = ?").bind(alice.id).all();
    expect(JSON.stringify(results)).not.toContain(alice.token.slice(3));
  });

  test("finds people by their complete handle and shows only their profile", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const found = await call<{ items: object[] }>(`/v1/users?handle=%40${bob.handle.toUpperCase()}`, {
      token: alice.token,
    });
    expect(found).toEqual({ items: [{ id: bob.id, handle: bob.handle, name: "bob" }], next: null });
    const part = await call(`/v1/users?handle=${bob.handle.slice(0, -1)}`, { token: alice.token });
    expect(part).toEqual({ items: [], next: null });
  });
});

describe("sign-in", () => {
  test("gives the same answer for a wrong password and an unknown handle", async () => {
    const alice = await register("alice");
    const wrong = await request("/v1/sessions", credentials(alice.handle, "wrong horse battery"));
    const unknown = await request("/v1/sessions", credentials(`no-${alice.handle}`));
    const impossible = await request("/v1/sessions", credentials("!"));
    expect([wrong.status, unknown.status, impossible.status]).toEqual([401, 401, 401]);
    const body = await problemOf(wrong);
    expect(body).toMatchObject({ code: "wrong_credentials", temporary: false });
    expect(await problemOf(unknown)).toEqual(body);
    expect(await problemOf(impossible)).toEqual(body);
  });

  test("takes as long for an unknown handle as for a known one", { timeout: 30_000 }, async () => {
    const alice = await register("alice");
    const costly = { ...env, SCRYPT_COST: "14:8:4" };
    await signInWith(costly, alice.handle, PASSWORD);
    const known: number[] = [];
    const unknown: number[] = [];
    // Alternating, and the fastest run of each: load makes a run slower, never faster.
    for (let i = 0; i < 5; i++) {
      known.push(await timeMs(() => signInWith(costly, alice.handle, "wrong horse battery")));
      unknown.push(await timeMs(() => signInWith(costly, `no-${alice.handle}`, "wrong horse battery")));
    }
    const [a, b] = [Math.min(...known), Math.min(...unknown)];
    expect(Math.max(a, b) / Math.min(a, b)).toBeLessThan(3);
  });

  test("hashes a password again that was hashed at another cost", async () => {
    const alice = await register("alice");
    const before = await hashOf(alice.handle);
    const response = await signInWith({ ...env, SCRYPT_COST: "5:8:1" }, alice.handle, PASSWORD);
    expect(response.status).toBe(200);
    const after = await hashOf(alice.handle);
    expect([before, after].map((hash) => hash.split("$")[1])).toEqual(["4:8:1", "5:8:1"]);
    await call("/v1/sessions", credentials(alice.handle));
  });

  test("keeps the hash if the password is wrong", async () => {
    const alice = await register("alice");
    const before = await hashOf(alice.handle);
    await signInWith({ ...env, SCRYPT_COST: "5:8:1" }, alice.handle, "wrong horse battery");
    expect(await hashOf(alice.handle)).toBe(before);
  });

  test("fails at a cost that production cannot run", async () => {
    const alice = await register("alice");
    const response = await signInWith({ ...env, SCRYPT_COST: "15:8:5" }, alice.handle, PASSWORD);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: "internal" });
  });
});

describe("a password hash", () => {
  const cost = readCost("4:8:1");

  test("matches its password, also typed on a system with another Unicode form", () => {
    const hash = hashPassword("Zo\u00eb's passphrase", cost);
    expect(checkPassword("Zoe\u0308's passphrase", hash, cost)).toEqual({ ok: true, stale: false });
    expect(checkPassword("Zoe's passphrase", hash, cost).ok).toBe(false);
  });

  test("is different each time", () => {
    expect(hashPassword(PASSWORD, cost)).not.toBe(hashPassword(PASSWORD, cost));
  });

  test("is stale at another cost", () => {
    expect(checkPassword(PASSWORD, hashPassword(PASSWORD, cost), readCost("5:8:1"))).toEqual({ ok: true, stale: true });
  });

  test.each(["15:8:5", "20:8:1", "4:8", "4:8:x", "a", "0:8:1", "14:8:1.5"])("is not made at the cost %s", (text) => {
    expect(() => readCost(text)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("costs 14:8:5 by default", () => {
    expect(readCost("")).toEqual({ log2N: 14, r: 8, p: 5 });
  });
});

async function signInWith(bindings: object, handle: string, password: string): Promise<Response> {
  const ctx = createExecutionContext();
  const headers = { "content-type": "application/json" };
  const signInRequest = new Request(`${ORIGIN}/v1/sessions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ handle, password }),
  });
  const response = await app.fetch(signInRequest, bindings, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/**
 * Returns how long a run takes. The clock of a Worker stands still while it computes, so the run
 * ends with a read of the directory.
 */
async function timeMs(run: () => Promise<unknown>): Promise<number> {
  const from = Date.now();
  await run();
  await env.DIRECTORY.prepare("SELECT 1").run();
  return Date.now() - from;
}
