// The rate table: every route is called beyond its rate, and then does nothing.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { access } from "../../src/gateway/access";
import { rateTable } from "../../src/gateway/rate-table";
import { closeCodes, type RateName, rates } from "../../src/protocol";
import { openDirect, type Person, register, request } from "../support/http";
import { keepDeployedRates, ONCE, reload, resetRates, setRates } from "../support/rates";
import { accessToken, openSocket } from "../support/socket";
import { samples, say, type World } from "./samples";

const keys = Object.keys(rateTable);
const isSocket = (key: string) => key.endsWith("socket");

let world: World;

/** The samples change alice, so each test has a new one. The others are only named by them. */
let others: Pick<World, "bob" | "carol">;
beforeAll(async () => {
  others = { bob: await register("bob"), carol: await register("carol") };
});

beforeEach(async () => {
  await env.DIRECTORY.prepare("DELETE FROM rate_limits").run();
  const alice = await register("alice");
  const { bob, carol } = others;
  const channel = await openDirect(alice, bob);
  world = { alice, bob, carol, channel, seq: await say({ alice, channel }) };
});
afterEach(resetRates);

const objects = () => [env.CHANNELS.getByName(world.channel), env.USERS.getByName(world.alice.id)];

function rateOf(key: string): RateName {
  const row = rateTable[key] ?? expect.fail(`${key} has no row`);
  return row.kind === "open" ? "address" : row.rate;
}

/** The tables that change without a request: buckets, usage counters, and the archive. */
const isUnwatched = (table: string) =>
  /^(rate_limits|standing|archive\w*|shelf\w*|_cf_\w+|sqlite_\w+|d1_\w+)$/.test(table);

/** Everything that is stored in the directory and in the objects. */
async function stored(): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  const names = "SELECT name FROM sqlite_master WHERE type = 'table'";
  const { results } = await env.DIRECTORY.prepare(names).all<{ name: string }>();
  const watched = results.map(({ name }) => name).filter((name) => !isUnwatched(name));
  const rows = await env.DIRECTORY.batch(watched.map((name) => env.DIRECTORY.prepare(`SELECT * FROM "${name}"`)));
  for (const [index, name] of watched.entries()) found[name] = rows[index]?.results ?? [];
  for (const [index, object] of objects().entries()) {
    await runInDurableObject(object, (_, { storage }) => {
      for (const { name } of storage.sql.exec<{ name: string }>(names).toArray()) {
        if (!isUnwatched(name)) found[`${index} ${name}`] = storage.sql.exec(`SELECT * FROM "${name}"`).toArray();
      }
    });
  }
  return found;
}

/** Records the statements that the Worker prepares while `work` runs. */
async function statementsOf(work: () => Promise<void>): Promise<string[]> {
  const variables = env as { DIRECTORY: D1Database };
  const directory = variables.DIRECTORY;
  const statements: string[] = [];
  variables.DIRECTORY = new Proxy(directory, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (name === "prepare") statements.push(String(given[0]));
        return value.apply(target, given);
      };
    },
  });
  try {
    await work();
  } finally {
    variables.DIRECTORY = directory;
  }
  return statements;
}

async function expectRefusal(response: Response): Promise<void> {
  const text = await response.text();
  expect(response.status, text).toBe(429);
  expect(JSON.parse(text)).toMatchObject({ code: "rate_limited", temporary: true });
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
}

/** The statements that a refused request may run: one lookup of the session, and its charge. */
const isSessionLookup = (sql: string) => /^select [^;]* from "sessions"/.test(sql);
const isOfCharge = (sql: string) => isSessionLookup(sql) || sql.includes('"rate_limits"');
/** Routes of settings check the membership in the directory before the object charges. */
const checksMembership = (key: string) => /\/(draft|mute|level)$/.test(key);
const isMembershipLookup = (sql: string) => /^select .* from "(memberships|channels)"/.test(sql);

test("every route has a rate, and every rate a route", () => {
  expect(keys.toSorted()).toEqual(Object.keys(access).sort());
});

describe.each(keys.filter((key) => !isSocket(key)))("%s", (key) => {
  test("[S136] beyond its rate is refused before anything happens", async () => {
    const who: Person = world.alice;
    const { path, ...sent } = (await samples[key]?.(world, who)) ?? expect.fail("no sample");
    const call = () => request(path, { method: key.split(" ")[0] ?? "", token: who.token, ...sent });
    setRates({ [rateOf(key)]: ONCE });
    await reload(objects());
    const first = await call();
    expect(first.status, await first.clone().text()).not.toBe(429);
    await first.body?.cancel();
    const before = await stored();
    expect(Object.keys(before)).toEqual(expect.arrayContaining(["accounts", "0 entries", "1 settings"]));
    const statements = await statementsOf(async () => await expectRefusal(await call()));
    const allowed = (sql: string) => isOfCharge(sql) || (checksMembership(key) && isMembershipLookup(sql));
    expect(statements.filter((sql) => !allowed(sql))).toEqual([]);
    expect(statements.filter(isSessionLookup).length).toBeLessThanOrEqual(1);
    expect(await stored()).toEqual(before);
  });
});

describe.each(keys.filter(isSocket))("%s", (key) => {
  test("[S137] opened more often than its rate is closed with a code", async () => {
    const { path } = (await samples[key]?.(world, world.alice)) ?? expect.fail("no sample");
    const token = await accessToken(world.alice.token);
    setRates({ upgrade: ONCE });
    await reload(objects());
    const first = await openSocket(path, token);
    await first.until((frame) => frame.type === "hello");
    expect(await (await openSocket(path, token)).untilClosed()).toMatchObject({ code: closeCodes.rateLimited });
    first.close();
  });

  test("[S137] asks no object beyond the rate of the account", async () => {
    const token = await accessToken(world.alice.token);
    setRates({ request: { ...ONCE, burst: 3 } });
    const codes: number[] = [];
    for (let guess = 0; guess < 6; guess++) {
      const path = key.includes("{channel}") ? `/v1/channels/c_guess${guess}/socket` : "/v1/socket";
      const device = await openSocket(path, token);
      if (key.includes("{channel}")) codes.push((await device.untilClosed()).code);
      else if (guess >= 3) codes.push((await device.untilClosed()).code);
    }
    expect(codes.slice(-3)).toEqual([4005, 4005, 4005]);
    expect(codes.slice(0, -3).every((code) => code === closeCodes.removed)).toBe(true);
  });

  test("[S136] without a token it is charged to its address", async () => {
    const { path, ...sent } = (await samples[key]?.(world, world.alice)) ?? expect.fail("no sample");
    setRates({ address: ONCE });
    const first = await request(path, sent);
    expect(first.status).toBe(101);
    first.webSocket?.accept();
    await expectRefusal(await request(path, sent));
  });
});

describe("[S136] a flood", () => {
  test("of invalid tokens reads no session beyond the rate of its address", async () => {
    setRates({ address: ONCE });
    const call = (token: string) => request("/v1/me", { token });
    expect((await call("ps_wrong")).status).toBe(401);
    const statements = await statementsOf(async () => await expectRefusal(await call("ps_another")));
    expect(statements).toEqual([]);
  });

  test("of guesses at the operator's token is charged to its address", async () => {
    setRates({ address: { ...ONCE, burst: 3 } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++) {
      statuses.push((await request("/v1/operator/push", { token: `guess${guess}` })).status);
    }
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
  });

  test("of requests for guessed channels wakes no object beyond the rate of the account", async () => {
    setRates({ request: { ...ONCE, burst: 3 } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++) {
      const response = await request(`/v1/channels/c_guess${guess}/messages`, { token: world.carol.token });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
  });

  test("of one account does not affect another", async () => {
    setRates({ request: ONCE });
    expect((await request("/v1/me", { token: world.alice.token })).status).toBe(200);
    expect((await request("/v1/me", { token: world.alice.token })).status).toBe(429);
    expect((await request("/v1/me", { token: world.bob.token })).status).toBe(200);
  });
});

test("[S63] at the rates of a deployment the bindings count", { timeout: 60_000 }, async () => {
  keepDeployedRates(["lookup"]);
  const look = async ({ token }: Person) => (await request(`/v1/users?handle=${world.bob.handle}`, { token })).status;
  const statuses: number[] = [];
  // More than twice the burst, because a period may end meanwhile.
  for (let times = 0; times < 2 * rates.lookup.burst + 5; times++) statuses.push(await look(world.alice));
  const refused = statuses.filter((status) => status === 429).length;
  expect(refused).toBeGreaterThan(0);
  expect(statuses.filter((status) => status === 200).length + refused).toBe(statuses.length);
  expect(await look(world.bob)).toBe(200);
});

test("a binding that fails refuses nobody", async () => {
  keepDeployedRates(["lookup"]);
  const variables = env as { LOOKUP_RATE: RateLimit };
  const binding = variables.LOOKUP_RATE;
  variables.LOOKUP_RATE = { limit: () => Promise.reject(new Error("the binding is not available")) };
  const { status } = await request(`/v1/users?handle=${world.bob.handle}`, { token: world.alice.token });
  variables.LOOKUP_RATE = binding;
  expect(status).toBe(200);
});
