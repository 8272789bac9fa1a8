import { beforeEach, describe, expect, test } from "vitest";
import { changePassword } from "../../src/directory/sessions";
import { changedPassword, closeCodes, type Session } from "../../src/protocol";
import { PASSWORD, signIn } from "../contract/samples";
import { db, rowsOf } from "../directory/support";
import { call, ORIGIN, openDirect, type Person, register, request } from "../support/http";
import { accessToken, attach, type Device, join, openSocket } from "../support/socket";

let alice: Person;
let channel: string;

beforeEach(async () => {
  alice = await register("alice");
  channel = await openDirect(alice, await register("bob"));
});

const me = async (token: string): Promise<number> => (await request("/v1/me", { token })).status;
const end = (by: Person, id: string) => request(`/v1/sessions/${id}`, { method: "DELETE", token: by.token });
const sessionsOf = async ({ token }: Person) => (await call<{ items: Session[] }>("/v1/sessions", { token })).items;

/** Opens every socket that a device of a session has. */
const socketsOf = (person: Person): Promise<Device[]> => Promise.all([attach(person), join(person, channel)]);

/** Returns whether a channel socket still answers. */
async function isAlive(device: Device): Promise<boolean> {
  await device.answer(device.send({ type: "history.page", query: { limit: 1 } }), "page");
  return device.closed === null;
}

const revoked = expect.objectContaining({ code: closeCodes.sessionRevoked });

describe("[S4] a sign-out", () => {
  test("ends its own token at once, and no other", async () => {
    const other = await signIn(alice);
    expect((await end(alice, "current")).status).toBe(204);
    expect(await me(alice.token)).toBe(401);
    expect(await me(other.token)).toBe(200);
  });

  test("[S53] closes every socket of the session and none of another session", async () => {
    const other = await signIn(alice);
    const [own, others] = [await socketsOf(alice), await socketsOf(other)];
    await end(alice, "current");
    expect(await Promise.all(own.map((device) => device.untilClosed()))).toEqual([revoked, revoked]);
    const [inbox, live] = others;
    expect(await isAlive(live ?? expect.fail("no socket"))).toBe(true);
    await inbox?.answer(inbox.send({ type: "inbox.sync", after: 0 }), "inbox");
  });

  test("is complete when it answers: the access tokens of the session are refused", async () => {
    const access = await accessToken(alice.token);
    await end(alice, "current");
    const read = await request(`/v1/channels/${channel}/messages`, { token: access });
    expect(await read.json()).toMatchObject({ code: "token_expired" });
    for (const path of ["/v1/socket", `/v1/channels/${channel}/socket`]) {
      expect(await (await openSocket(path, access)).untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    }
  });

  test("refuses the older access tokens of a session that stays, which gets a new one", async () => {
    const other = await signIn(alice);
    const stale = await accessToken(other.token);
    await end(alice, "current");
    const path = `/v1/channels/${channel}/socket`;
    expect(await (await openSocket(path, stale)).untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    const fresh = await openSocket(path, await accessToken(other.token));
    expect(await fresh.until((frame) => frame.type === "hello")).toMatchObject({ user: alice.id });
  });

  test("does not let an access token issue a newer one", async () => {
    const first = await call<{ token: string; expiresAt: number }>("/v1/gateway", { token: alice.token });
    const second = await call<{ token: string; expiresAt: number }>("/v1/gateway", { token: first.token });
    expect(second.expiresAt).toBe(first.expiresAt);
  });

  test("of several sessions at once closes the sockets of all", async () => {
    const others = await Promise.all([1, 2, 3, 4, 5, 6].map(() => signIn(alice)));
    const devices = (await Promise.all(others.map(socketsOf))).flat();
    const answers = await Promise.all(others.map((other) => end(alice, other.session)));
    expect(answers.map(({ status }) => status)).toEqual(others.map(() => 204));
    expect(await Promise.all(devices.map((device) => device.untilClosed()))).toEqual(devices.map(() => revoked));
  });
});

describe("the list of sessions", () => {
  test("shows the sessions of the account, and the current one", async () => {
    const other = await signIn(alice);
    const shown = (await sessionsOf(other)).map(({ id, current }) => ({ id, current }));
    expect(shown).toHaveLength(2);
    expect(shown).toEqual(
      expect.arrayContaining([
        { id: other.session, current: true },
        { id: alice.session, current: false },
      ]),
    );
  });

  test("shows the user agent, as well-formed text of limited length", async () => {
    const body = { handle: alice.handle, password: PASSWORD, keep: "token" };
    const headers = { "user-agent": `parley-cli/1 ${"x".repeat(500)}` };
    const { token } = await call<{ token: string }>("/v1/sessions", { method: "POST", body, headers });
    const { items } = await call<{ items: Session[] }>("/v1/sessions", { token });
    const agent = items.find(({ current }) => current)?.agent ?? "";
    expect(agent).toMatch(/^parley-cli\/1 x+$/);
    expect(agent.length).toBe(200);
  });

  test("lets the account end one of its own, once, and no other", async () => {
    const other = await signIn(alice);
    const mallory = await register("mallory");
    expect((await end(mallory, other.session)).status).toBe(404);
    expect(await me(other.token)).toBe(200);
    expect((await end(alice, other.session)).status).toBe(204);
    expect((await end(alice, other.session)).status).toBe(404);
    expect(await me(other.token)).toBe(401);
  });
});

describe("a change of the password", () => {
  const change = (current: string, next: string) =>
    request("/v1/me/password", { method: "PUT", token: alice.token, body: { current, next } });

  test("ends every other session and keeps this one", async () => {
    const others = [await signIn(alice), await signIn(alice)];
    const devices = (await Promise.all(others.map(socketsOf))).flat();
    const own = await join(alice, channel);
    const response = await change(PASSWORD, "battery horse correct");
    expect(response.status).toBe(200);
    const { token, pending } = changedPassword.parse(await response.json());
    expect(pending).toBeUndefined();
    expect(await Promise.all(others.map((other) => me(other.token)))).toEqual([401, 401]);
    expect(await Promise.all(devices.map((device) => device.untilClosed()))).toEqual(devices.map(() => revoked));
    expect(await me(token ?? "")).toBe(200);
    expect(await isAlive(own)).toBe(true);
  });

  test("replaces the token of its own session, which stays the same session", async () => {
    const { token = "" } = changedPassword.parse(await (await change(PASSWORD, "battery horse correct")).json());
    expect([await me(alice.token), await me(token)]).toEqual([401, 200]);
    expect(await call("/v1/me", { token })).toMatchObject({ session: alice.session });
  });

  test("replaces the cookie of a browser, and puts no token into the body", async () => {
    const cookieOf = (response: Response) => response.headers.get("set-cookie")?.split(";")[0] ?? "";
    const signedIn = await request("/v1/sessions", {
      method: "POST",
      body: { handle: alice.handle, password: PASSWORD },
    });
    const headers = { cookie: cookieOf(signedIn), origin: ORIGIN, "sec-fetch-site": "same-origin" };
    const body = { current: PASSWORD, next: "battery horse correct" };
    const changed = await request("/v1/me/password", { method: "PUT", body, headers });
    expect([changed.status, await changed.json()]).toEqual([200, {}]);
    expect((await request("/v1/me", { headers })).status).toBe(401);
    expect((await request("/v1/me", { headers: { ...headers, cookie: cookieOf(changed) } })).status).toBe(200);
  });

  test("of two at once makes one, and refuses the other as a wrong password", async () => {
    const other = await signIn(alice);
    const nexts = ["battery horse correct", "staple horse battery"];
    const answers = await Promise.all(
      [alice, other].map(({ token }, i) =>
        request("/v1/me/password", { method: "PUT", token, body: { current: PASSWORD, next: nexts[i] } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 403]);
    const refused = answers.find(({ status }) => status === 403);
    expect(await refused?.json()).toMatchObject({ code: "wrong_password" });
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await signIn(alice, "token", nexts[winner] ?? "")).id).toBe(alice.id);
    await expect(signIn(alice, "token", nexts[1 - winner] ?? "")).rejects.toThrow("401");
  });

  test("whose proof is stale, or whose session has ended, changes nothing", async () => {
    const hashOf = async () =>
      String((await rowsOf("SELECT password_hash AS hash FROM accounts WHERE id = ?", alice.id))[0]?.hash);
    const [before, other] = [await hashOf(), await signIn(alice)];
    const attempt = (session: string, checkedHash: string, passwordHash: string) =>
      changePassword(
        db,
        { account: alice.id, session, checkedHash, passwordHash, tokenHash: crypto.randomUUID() },
        Date.now(),
      );
    expect(await attempt(alice.session, "an older hash", "new 1")).toBe(false);
    expect(await attempt("s_ended", before, "new 2")).toBe(false);
    expect(await hashOf()).toBe(before);
    expect([await me(alice.token), await me(other.token)]).toEqual([200, 200]);
    expect(await rowsOf("SELECT object FROM ended_sessions WHERE account = ?", alice.id)).toEqual([]);
    expect(await attempt(alice.session, before, "new 3")).toBe(true);
    expect([await me(alice.token), await me(other.token)]).toEqual([401, 401]);
  });

  test("makes the new password valid and the old one invalid", async () => {
    await change(PASSWORD, "battery horse correct");
    await expect(signIn(alice)).rejects.toThrow("401");
    expect((await signIn(alice, "token", "battery horse correct")).id).toBe(alice.id);
  });

  test("needs the current password, and changes nothing without it", async () => {
    const other = await signIn(alice);
    const response = await change("wrong horse battery", "battery horse correct");
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "wrong_password" });
    expect(await me(other.token)).toBe(200);
    await signIn(alice);
  });
});

test("beyond fifty sessions the oldest ends, with its sockets", { timeout: 30_000 }, async () => {
  const device = await join(alice, channel);
  for (let i = 0; i < 50; i++) await signIn(alice);
  expect(await device.untilClosed()).toEqual(revoked);
  expect(await me(alice.token)).toBe(401);
});
