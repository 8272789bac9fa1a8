// Password guesses and registrations from many addresses.
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { changedPassword, rates, type SignedIn } from "../../src/protocol";
import { ORIGIN, type Person, register, request } from "../support/http";
import { ONCE, resetRates, setRates } from "../support/rates";

const PASSWORD = "correct horse battery";

beforeEach(async () => {
  await env.DIRECTORY.prepare("DELETE FROM rate_limits").run();
});
afterEach(resetRates);

interface Attempt {
  password?: string;
  deviceProof?: string;
  address?: string;
  cookie?: string;
  keep?: "cookie" | "token";
}

async function signIn({ handle }: Pick<Person, "handle">, attempt: Attempt = {}): Promise<Response> {
  const { password = PASSWORD, deviceProof, address = "192.0.2.77", cookie, keep = "token" } = attempt;
  const headers = { "cf-connecting-ip": address, ...(cookie !== undefined && { cookie }) };
  return await request("/v1/sessions", { method: "POST", headers, body: { handle, password, deviceProof, keep } });
}

async function statusOf(response: Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

const addressAt = (index: number) => `198.51.${Math.trunc(index / 250)}.${index % 250}`;

/** Guesses the password of a handle, once from each of many addresses. Returns the statuses. */
async function guess(person: Pick<Person, "handle">, addresses: number, from = 0): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = from; index < from + addresses; index++) {
    statuses.push(await statusOf(signIn(person, { password: `guess ${index} of many`, address: addressAt(index) })));
  }
  return statuses;
}

const count = (statuses: readonly number[], status: number) => statuses.filter((each) => each === status).length;

/** Signs in and returns the proof of the device. */
async function proofOf(person: Person, password = PASSWORD): Promise<string> {
  const { deviceProof } = await (await signIn(person, { password })).json<SignedIn>();
  return deviceProof ?? expect.fail("the answer has no proof");
}

describe("[S138] guesses at one handle", () => {
  test("from 200 addresses: at most the burst is tried, and a known device still signs in", {
    timeout: 60_000,
  }, async () => {
    const alice = await register("alice");
    const deviceProof = await proofOf(alice);
    setRates({ guess: rates.guess });
    const statuses = await guess(alice, 200);
    expect(count(statuses, 401)).toBe(rates.guess.burst);
    expect(count(statuses, 429)).toBe(200 - rates.guess.burst);
    // A stranger gets nothing even for the right password, and the owner is not locked out.
    expect(await statusOf(signIn(alice))).toBe(429);
    expect(await statusOf(signIn(alice, { deviceProof }))).toBe(200);
    expect(await statusOf(signIn(alice, { deviceProof, address: addressAt(0) }))).toBe(200);
  });

  test("of an unknown handle are refused in the same way", { timeout: 30_000 }, async () => {
    setRates({ guess: rates.guess });
    const statuses = await guess({ handle: "nobody-has-this" }, 30);
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([rates.guess.burst, 30 - rates.guess.burst]);
  });

  test("do not affect another handle", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    setRates({ guess: { ...ONCE, burst: 3 } });
    await guess(alice, 5);
    expect(await statusOf(signIn(alice))).toBe(429);
    expect(await statusOf(signIn(bob))).toBe(200);
  });

  test("count only if they are wrong", async () => {
    const alice = await register("alice");
    setRates({ guess: { ...ONCE, burst: 2 } });
    for (let times = 0; times < 5; times++) expect(await statusOf(signIn(alice))).toBe(200);
    expect(await guess(alice, 3)).toEqual([401, 401, 429]);
  });

  test("sent at once are charged before any of them is checked", async () => {
    const alice = await register("alice");
    setRates({ guess: { ...ONCE, burst: 4 } });
    const attempts = Array.from({ length: 40 }, (_, index) =>
      statusOf(signIn(alice, { password: `guess ${index} of many`, address: addressAt(index) })),
    );
    const statuses = await Promise.all(attempts);
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([4, 36]);
  });
});

describe("[S139] the proof of a known device", () => {
  test("of a page is a cookie that no script reads and that outlives the session", async () => {
    const alice = await register("alice");
    const cookies = (await signIn(alice, { keep: "cookie" })).headers.getSetCookie();
    const found = cookies.find((text) => text.startsWith("__Host-parley-device=")) ?? expect.fail("no cookie");
    expect(found).toMatch(/; HttpOnly/);
    expect(found).toMatch(/; Secure/);
    expect(found).toMatch(/; SameSite=Lax/);
    const [cookie = ""] = found.split(";");
    setRates({ guess: ONCE });
    await guess(alice, 2);
    expect(await statusOf(signIn(alice))).toBe(429);
    expect(await statusOf(signIn(alice, { cookie, keep: "cookie" }))).toBe(200);
  });

  test("has a rate of its own for wrong passwords", async () => {
    const alice = await register("alice");
    const deviceProof = await proofOf(alice);
    setRates({ signInDevice: { ...ONCE, burst: 3 } });
    const statuses: number[] = [];
    for (let times = 0; times < 5; times++) {
      statuses.push(await statusOf(signIn(alice, { deviceProof, password: `guess ${times} of many` })));
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    // Its guesses are not charged to the handle, so that other devices can sign in.
    expect(await statusOf(signIn(alice))).toBe(200);
  });

  test("is worth nothing for another account, after a password change, forged or damaged", async () => {
    const [alice, mallory] = [await register("alice"), await register("mallory")];
    const ofMallory = await proofOf(mallory);
    const old = await proofOf(alice);
    const next = "battery horse correct";
    const body = { current: PASSWORD, next };
    expect((await request("/v1/me/password", { method: "PUT", token: alice.token, body })).status).toBe(200);
    const fresh = await proofOf(alice, next);
    setRates({ guess: ONCE });
    await guess(alice, 2);
    const forged = [
      ofMallory.replace(mallory.id, alice.id),
      `${fresh.slice(0, -1)}${fresh.endsWith("A") ? "B" : "A"}`,
      fresh.slice(0, fresh.lastIndexOf(".")),
      "",
      ".",
      "pd1.u_a.b.c.d.e",
    ];
    for (const deviceProof of [ofMallory, old, ...forged]) {
      expect(await statusOf(signIn(alice, { deviceProof, password: next })), deviceProof).toBe(429);
    }
    expect(await statusOf(signIn(alice, { deviceProof: fresh, password: next }))).toBe(200);
  });
});

test("[S153] the program that changes the password gets a new proof", async () => {
  const alice = await register("alice");
  const old = await proofOf(alice);
  const next = "battery horse correct";
  const sent = { method: "PUT", token: alice.token, body: { current: PASSWORD, next } };
  const { deviceProof = "" } = changedPassword.parse(await (await request("/v1/me/password", sent)).json());
  setRates({ guess: ONCE });
  await guess(alice, 2);
  expect(await statusOf(signIn(alice, { deviceProof: old, password: next }))).toBe(429);
  expect(await statusOf(signIn(alice, { deviceProof, password: next }))).toBe(200);
});

test("[S153] the browser that changes the password stays known, and an erasure removes its cookie", async () => {
  const alice = await register("alice");
  const cookiesOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((text) => text.split(";")[0] ?? "")
      .join("; ");
  const cookie = cookiesOf(await signIn(alice, { keep: "cookie" }));
  const headers = { cookie, origin: ORIGIN };
  const next = "battery horse correct";
  const body = { current: PASSWORD, next };
  const changed = await request("/v1/me/password", { method: "PUT", headers, body });
  expect(changed.status).toBe(200);
  setRates({ guess: ONCE });
  await guess(alice, 2);
  expect(await statusOf(signIn(alice, { cookie, password: next, keep: "cookie" }))).toBe(429);
  const renewed = cookiesOf(changed);
  expect(await statusOf(signIn(alice, { cookie: renewed, password: next, keep: "cookie" }))).toBe(200);
  const renewedHeaders = { cookie: renewed, origin: ORIGIN };
  const erased = await request("/v1/me", { method: "DELETE", headers: renewedHeaders, body: { password: next } });
  expect(erased.status).toBe(204);
  expect(erased.headers.getSetCookie().join("\n")).toMatch(/__Host-parley-device=;.*Max-Age=0/);
});

describe("[S138] guesses at the current password", () => {
  test.each([
    ["PUT", "/v1/me/password", (password: string) => ({ current: password, next: "battery horse correct" })],
    ["DELETE", "/v1/me", (password: string) => ({ password })],
  ] as const)("by %s %s are as slow", async (method, path, bodyOf) => {
    const alice = await register("alice");
    setRates({ guess: rates.guess });
    const statuses: number[] = [];
    for (let index = 0; index < 30; index++) {
      const sent = { method, token: alice.token, body: bodyOf(`guess ${index} of many`) };
      statuses.push(await statusOf(request(path, sent)));
    }
    expect([count(statuses, 403), count(statuses, 429)]).toEqual([rates.guess.burst, 30 - rates.guess.burst]);
  });
});

describe("[S140] an IPv6 /48", () => {
  const from = (network: number, host = "1") => `2001:db8:7:${network.toString(16)}::${host}`;

  const registerFrom = (address: string, index: number) => {
    const body = { handle: `mass-${Date.now().toString(36)}-${index}`, name: "Mass", password: PASSWORD };
    return request("/v1/accounts", { method: "POST", headers: { "cf-connecting-ip": address }, body });
  };

  test("registers no more than its rate from 100 of its /64s", { timeout: 60_000 }, async () => {
    setRates({ register: rates.register, registerNetwork: rates.registerNetwork });
    const statuses: number[] = [];
    for (let network = 0; network < 100; network++) {
      statuses.push(await statusOf(registerFrom(from(network), network)));
    }
    expect(count(statuses, 200)).toBe(rates.registerNetwork.burst);
    expect(count(statuses, 429)).toBe(100 - rates.registerNetwork.burst);
    expect(await statusOf(registerFrom("2001:db8:8::1", 100))).toBe(200);
    expect(await statusOf(registerFrom("192.0.2.9", 101))).toBe(200);
  });

  test("is the same network however its addresses are written", async () => {
    setRates({ registerNetwork: { ...ONCE, burst: 2 } });
    const addresses = ["2001:db8:7::1", "2001:0DB8:0007:9::1", "2001:db8:7:1:2:3:4:5"];
    const statuses: number[] = [];
    for (const [index, address] of addresses.entries()) {
      statuses.push(await statusOf(registerFrom(address, 200 + index)));
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  test("guesses through a list of handles no faster than its rate", async () => {
    setRates({ signInNetwork: { ...ONCE, burst: 5 } });
    const statuses: number[] = [];
    for (let index = 0; index < 8; index++) {
      statuses.push(await statusOf(signIn({ handle: `somebody-${index}` }, { address: from(index) })));
    }
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([5, 3]);
  });
});
