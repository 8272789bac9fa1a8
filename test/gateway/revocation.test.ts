// The end of sessions of accounts with very many objects, and with objects that cannot be reached.
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../src/gateway/app";
import { scheduled } from "../../src/gateway/scheduled";
import {
  changedPassword,
  changedProfile,
  closeCodes,
  limits,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../src/protocol";
import { PASSWORD, signIn } from "../contract/samples";
import { rowsOf } from "../directory/support";
import { call, ORIGIN, openDirect, type Person, register, request } from "../support/http";
import { fixtureSize } from "../support/runs";
import { accessToken, attach, composedAt, type Device, join, openSocket } from "../support/socket";
import { unreachable } from "../support/unreachable";
import { countMessages, inChunks, makeGroups, openSockets, requestOn } from "./revocation-support";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** More than two rounds of deliveries at the same time: see `deliveryConcurrency`. */
const GROUPS = fixtureSize(110, 230);
const MINUTE = 60_000;

let alice: Person;

beforeEach(async () => {
  alice = await register("alice");
});

const pendingOf = ({ id }: Person) => rowsOf("SELECT object FROM ended_sessions WHERE account = ?", id);
const revoked = expect.objectContaining({ code: closeCodes.sessionRevoked });
const change = (token: string) =>
  request("/v1/me/password", { method: "PUT", token, body: { current: PASSWORD, next: "battery horse correct" } });

/** Sends a message on a socket, if it is still open. */
function write(device: Device, text: string): void {
  if (!device.closed) device.send({ type: "message.send", ...composedAt("unknown", 0), text });
}

/** Sends a message over HTTP. */
const post = (token: string, channel: string) =>
  request(`/v1/channels/${channel}/messages`, {
    method: "POST",
    token,
    body: { text: "over HTTP" },
    headers: { "idempotency-key": crypto.randomUUID() },
  });

describe(`[S4] with ${GROUPS} groups`, () => {
  let groups: string[];
  let owner: Person;
  beforeAll(async () => {
    owner = await register("owner");
    groups = await makeGroups(owner, GROUPS);
  });

  test("a sign-out is complete when it answers: no write of the session is accepted anywhere", async () => {
    const phone = await signIn(owner);
    const access = await accessToken(phone.token);
    const devices = [await attach(phone), ...(await openSockets(groups, access))];
    const response = await request("/v1/sessions/current", { method: "DELETE", token: phone.token });
    expect(response.status).toBe(204);
    for (const device of devices.slice(1)) write(device, "on a socket");
    const posted = await inChunks(groups, (group) => post(access, group));
    expect(posted.map(({ status }) => status)).toEqual(groups.map(() => 401));
    expect(await Promise.all(devices.map((device) => device.untilClosed()))).toEqual(devices.map(() => revoked));
    expect(await countMessages(groups)).toBe(0);
    expect(await pendingOf(owner)).toEqual([]);
  });

  test("a change of the profile reaches every channel", async () => {
    const patch = async (body: object) =>
      changedProfile.parse(await call("/v1/me", { method: "PATCH", token: owner.token, body }));
    const outbox = () => rowsOf("SELECT object FROM roster_outbox");
    const revisions = () => rowsOf("SELECT DISTINCT revision FROM channels WHERE created_by = ?", owner.id);
    expect(await patch({ receipts: false })).toMatchObject({ receipts: false });
    expect(await revisions()).toEqual([{ revision: 2 }]);
    // On a slow machine the alarm of the user object delivers the rest.
    await expect.poll(outbox, { timeout: 60_000 }).toEqual([]);
    // What the channels mirror stays the same, so they get no roster.
    expect(await patch({ receipts: false, presence: "dnd" })).toMatchObject({ presence: "dnd" });
    expect(await revisions()).toEqual([{ revision: 2 }]);
    await patch({ presence: "invisible" });
    expect(await revisions()).toEqual([{ revision: 3 }]);
  });

  test("and 60 sessions, a sign-in works and ends the oldest sessions", async () => {
    await env.DIRECTORY.prepare(
      `INSERT INTO sessions (id, account, token_hash, agent, created_at, seen_at, expires_at)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         SELECT 's_0' || ?1 || i, ?1, ?1 || i, '', i, i, ?2 FROM n`,
    )
      .bind(owner.id, Date.now() + limits.sessionMs)
      .run();
    const phone = await signIn(owner);
    expect((await request("/v1/me", { token: phone.token })).status).toBe(200);
    const kept = await rowsOf("SELECT count(*) AS count FROM sessions WHERE account = ?", owner.id);
    expect(kept).toEqual([{ count: limits.sessionsPerAccount }]);
    expect(await pendingOf(owner)).toEqual([]);
  });

  test("a change of the password answers 200, and the old token is refused", async () => {
    const response = await change(owner.token);
    expect(response.status).toBe(200);
    const { token = "", pending } = changedPassword.parse(await response.json());
    expect(pending).toBeUndefined();
    expect((await request("/v1/me", { token: owner.token })).status).toBe(401);
    expect((await request("/v1/me", { token })).status).toBe(200);
  });
});

describe("with an object that cannot be reached", () => {
  let channel: string;
  let phone: Person;
  let access: string;
  let device: Device;
  const end = (bindings: Env) => requestOn(bindings, "/v1/sessions/current", { method: "DELETE", token: phone.token });

  beforeEach(async () => {
    channel = await openDirect(alice, await register("bob"));
    phone = await signIn(alice);
    access = await accessToken(phone.token);
    device = await join(phone, channel);
  });

  test("a sign-out says so, no new socket opens, and the alarm of the user object ends the rest", async () => {
    const response = await end(unreachable((name) => name === channel));
    expect([response.status, await response.json()]).toEqual([202, { pending: 1 }]);
    expect(device.closed).toBeNull();
    // The channel does not know the end of the session yet. The user object does.
    const another = await openSocket(`/v1/channels/${channel}/socket`, access);
    expect(await another.untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    expect((await post(access, channel)).status).toBe(401);
    for (const path of ["events", "messages", "pins"]) {
      expect((await request(`/v1/channels/${channel}/${path}`, { token: access })).status, path).toBe(401);
    }
    const commands = [{ id: "1", type: "message.send", ...composedAt("x", 0), text: "as a command" }];
    const sent = { method: "POST", token: access, body: { commands } };
    expect((await request(`/v1/channels/${channel}/commands`, sent)).status).toBe(401);
    await expect.poll(() => device.closed, { timeout: 30_000 }).toEqual(revoked);
    expect(await countMessages([channel])).toBe(0);
    await expect.poll(() => pendingOf(alice)).toEqual([]);
  });

  test("a repeated sign-out delivers the rest", async () => {
    const bindings = unreachable((name) => name === channel);
    const path = `/v1/sessions/${phone.session}`;
    expect((await requestOn(bindings, path, { method: "DELETE", token: alice.token })).status).toBe(202);
    expect((await request(path, { method: "DELETE", token: alice.token })).status).toBe(204);
    expect(await device.untilClosed()).toEqual(revoked);
    expect((await request(path, { method: "DELETE", token: alice.token })).status).toBe(404);
  });

  test("a change of the password and of the profile succeed, and say how many channels are left", async () => {
    const bindings = unreachable((name) => name === channel);
    const profile = { method: "PATCH", token: alice.token, body: { receipts: false } };
    expect(await (await requestOn(bindings, "/v1/me", profile)).json()).toMatchObject({ receipts: false, pending: 1 });
    const body = { current: PASSWORD, next: "battery horse correct" };
    const changed = await requestOn(bindings, "/v1/me/password", { method: "PUT", token: alice.token, body });
    expect(changed.status).toBe(200);
    const { token = "", pending } = changedPassword.parse(await changed.json());
    expect(pending).toBe(1);
    expect((await request("/v1/me", { token: alice.token })).status).toBe(401);
    expect((await request("/v1/me", { token })).status).toBe(200);
    await scheduled(env, Date.now() + MINUTE);
    expect(await device.untilClosed()).toEqual(revoked);
    expect(await rowsOf("SELECT object FROM roster_outbox WHERE object = ?", channel)).toEqual([]);
  });

  test("a sign-out succeeds if it is the user object, and the cron ends the rest", async () => {
    const inbox = await attach(phone);
    const response = await end(unreachable((name) => name === alice.id));
    expect([response.status, await response.json()]).toEqual([202, { pending: 1 }]);
    expect(await device.untilClosed()).toEqual(revoked);
    expect((await request("/v1/me", { token: phone.token })).status).toBe(401);
    await scheduled(env, Date.now() + MINUTE);
    expect(await inbox.untilClosed()).toEqual(revoked);
    expect(await pendingOf(alice)).toEqual([]);
  });

  test("requests with an access token are refused as temporary while the user object cannot answer", async () => {
    const bindings = unreachable((name) => name === alice.id);
    const read = await requestOn(bindings, `/v1/channels/${channel}/messages`, { method: "GET", token: access });
    expect(read.status).toBe(503);
    const upgrade = new Request(`${ORIGIN}/v1/channels/${channel}/socket`, {
      headers: {
        upgrade: "websocket",
        "sec-websocket-protocol": `${SUBPROTOCOL}, ${TOKEN_SUBPROTOCOL_PREFIX}${access}`,
      },
    });
    const refused = await app.fetch(upgrade, bindings, createExecutionContext());
    expect(await refused.json()).toMatchObject({ code: "temporary", status: 503 });
  });
});

test("the cron reaches one live object behind 300 dead ones, and postpones those", async () => {
  const channel = await openDirect(alice, await register("bob"));
  const device = await join(alice, channel);
  const now = Date.now();
  const dead = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)";
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(
      `INSERT INTO ended_sessions (account, object, tokens_from, next_at) ${dead} SELECT ?, 'c_0dead' || i, 1, i FROM n`,
    ).bind(alice.id),
    env.DIRECTORY.prepare(
      `INSERT INTO channels (id, kind, identity, revision, created_by, created_at)
         ${dead} SELECT 'c_0dead' || i, 'group', 'dead ' || i, 1, ?, 1 FROM n`,
    ).bind(alice.id),
    env.DIRECTORY.prepare(
      `INSERT INTO roster_outbox (object, revision, created_at, next_at) ${dead} SELECT 'c_0dead' || i, 1, 1, i FROM n`,
    ),
    env.DIRECTORY.prepare("DELETE FROM sessions WHERE account = ?").bind(alice.id),
    env.DIRECTORY.prepare("UPDATE accounts SET tokens_from = ? WHERE id = ?").bind(now + MINUTE, alice.id),
    env.DIRECTORY.prepare(
      "INSERT INTO ended_sessions (account, object, tokens_from, next_at) VALUES (?, ?, ?, ?)",
    ).bind(...[alice.id, channel, now + MINUTE, now]),
    env.DIRECTORY.prepare("UPDATE accounts SET receipts = 0 WHERE id = ?").bind(alice.id),
    env.DIRECTORY.prepare("UPDATE channels SET revision = 2 WHERE id = ?").bind(channel),
    env.DIRECTORY.prepare("INSERT INTO roster_outbox (object, revision, created_at, next_at) VALUES (?, 2, 1, ?)").bind(
      ...[channel, now],
    ),
  ]);
  await scheduled(
    unreachable((name) => name.startsWith("c_0dead")),
    now,
  );
  expect(await device.untilClosed()).toEqual(revoked);
  for (const table of ["ended_sessions", "roster_outbox"]) {
    const left = await rowsOf(
      `SELECT count(*) AS count, min(failures) AS failures, min(next_at) > ? AS later FROM ${table}
         WHERE object LIKE 'c_0dead%'`,
      now,
    );
    expect(left, table).toEqual([{ count: 300, failures: 1, later: 1 }]);
    expect(await rowsOf(`SELECT object FROM ${table} WHERE object = ?`, channel)).toEqual([]);
    await rowsOf(`DELETE FROM ${table} WHERE object LIKE 'c_0dead%'`);
  }
});
