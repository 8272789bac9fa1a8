// What an object has not confirmed stays in the outbox, and the cron delivers it.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { convertOldEndings } from "../../src/directory/ended-sessions";
import { removeMember as removeFromDirectory } from "../../src/directory/memberships";
import { confirmRoster, loadRoster } from "../../src/directory/roster-outbox";
import { endSessions } from "../../src/directory/sessions";
import { scheduled } from "../../src/gateway/scheduled";
import { closeCodes } from "../../src/protocol";
import { signIn } from "../contract/samples";
import { call, openDirect, openGroup, type Person, register, request } from "../support/http";
import { accessToken, attach, join, openSocket } from "../support/socket";
import { db, leave, openDirectly, pending, rowsOf } from "./support";

const LONG_AGO = 1_000;
const HOUR_MS = 3_600_000;
/**
 * How far token cutoffs are raised beyond the present time, because the clocks of machines differ.
 */
const MARGIN_MS = 60_000;

/** Returns the objects that have not confirmed an account's ended sessions, with the cutoff. */
const ending = (account: string) =>
  rowsOf("SELECT object, tokens_from AS cutoff FROM ended_sessions WHERE account = ? ORDER BY object", account);

let alice: Person;
let bob: Person;

beforeEach(async () => {
  alice = await register("alice");
  bob = await register("bob");
});

/**
 * Opens a direct channel in the directory alone, like a request that ends before it delivers the
 * roster.
 */
const openInDirectory = (now: number) => openDirectly(alice.id, bob.id, now);

describe("the cron", () => {
  test("creates the log of a channel whose first roster never arrived", async () => {
    const channel = await openInDirectory(LONG_AGO);
    const messages = `/v1/channels/${channel}/messages`;
    expect((await request(messages, { token: alice.token })).status).toBe(404);
    await scheduled(env, Date.now());
    expect(await call(messages, { token: alice.token })).toMatchObject({ head: 0 });
    expect(await pending(channel)).toEqual([]);
  });

  test("leaves rows that a request may still deliver", async () => {
    const now = Date.now();
    const channel = await openInDirectory(now);
    await scheduled(env, now + 4_999);
    expect(await pending(channel)).toHaveLength(1);
    await scheduled(env, now + 5_001);
    expect(await pending(channel)).toEqual([]);
  });

  test("closes the sockets of an ended session that was not delivered", async () => {
    const channel = await openDirect(alice, bob);
    const phone = await signIn(alice);
    const access = await accessToken(phone.token);
    const devices = [await attach(phone), await join(phone, channel)];
    await endSessions(db, alice.id, { only: phone.session }, Date.now());
    expect((await ending(alice.id)).map(({ object }) => object)).toEqual([channel, alice.id]);
    expect(devices.map(({ closed }) => closed)).toEqual([null, null]);
    await scheduled(env, Date.now() + 60_000);
    for (const device of devices) expect(await device.untilClosed()).toMatchObject({ code: closeCodes.sessionRevoked });
    expect(await ending(alice.id)).toEqual([]);
    for (const path of ["/v1/socket", `/v1/channels/${channel}/socket`]) {
      expect(await (await openSocket(path, access)).untilClosed()).toMatchObject({ code: closeCodes.tokenStale });
    }
  });

  test("is not blocked by an object that does not exist", async () => {
    const channel = await openInDirectory(LONG_AGO);
    await leave("c_gone", 1, "", LONG_AGO);
    await scheduled(env, Date.now());
    expect(await pending(channel)).toEqual([]);
  });

  test("deletes expired sessions and full buckets, and no others", async () => {
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare("INSERT INTO rate_limits (key, full_at) VALUES ('old', 1), ('young', ?)").bind(
        Date.now() + 2 * HOUR_MS,
      ),
      env.DIRECTORY.prepare("UPDATE sessions SET expires_at = 1 WHERE id = ?").bind(bob.session),
    ]);
    expect((await request("/v1/me", { token: bob.token })).status).toBe(401);
    // Both read whole tables, so they run only in the first minute of an hour.
    const hour = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    await scheduled(env, hour);
    expect(await rowsOf("SELECT key FROM rate_limits WHERE key IN ('old', 'young')")).toEqual([{ key: "young" }]);
    expect(await rowsOf("SELECT id FROM sessions WHERE id IN (?, ?)", alice.session, bob.session)).toEqual([
      { id: alice.session },
    ]);
  });
});

test("an archive that cannot be opened does not keep the cron from deleting expired rows", async () => {
  await env.DIRECTORY.prepare("INSERT INTO rate_limits (key, full_at) VALUES ('expired', 1)").run();
  const hour = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
  await scheduled({ ...env, ARCHIVES: "NOTHING" } as unknown as Env, hour);
  expect(await rowsOf("SELECT key FROM rate_limits WHERE key = 'expired'")).toEqual([]);
});

describe("a confirmation", () => {
  test("of a channel deletes its rows up to the revision it holds", async () => {
    const channel = await openDirect(alice, bob);
    for (const revision of [2, 3, 4]) await leave(channel, revision, `s_${revision}`, LONG_AGO);
    await confirmRoster(db, channel, 3);
    expect(await pending(channel)).toEqual([{ object: channel, revision: 4, session: "s_4" }]);
  });
});

describe("the end of sessions", () => {
  const tokensFrom = async () =>
    (await rowsOf("SELECT tokens_from FROM accounts WHERE id = ?", alice.id))[0]?.tokens_from;

  test("adds a row for each object that may hold a socket, and raises no revision", async () => {
    const channels = [await openDirect(alice, bob), await openDirect(alice, alice)];
    const [phone, tablet] = [await signIn(alice), await signIn(alice)];
    const now = Date.now();
    expect(await endSessions(db, alice.id, { only: phone.session }, now)).toEqual([phone.session]);
    const objects = [...channels.toSorted(), alice.id];
    expect(await ending(alice.id)).toEqual(objects.map((object) => ({ object, cutoff: now + MARGIN_MS })));
    for (const object of [...objects, bob.id]) expect(await pending(object)).toEqual([]);
    // The end of another session needs no further row.
    await endSessions(db, alice.id, { only: tablet.session }, now);
    expect(await ending(alice.id)).toEqual(objects.map((object) => ({ object, cutoff: now + MARGIN_MS + 1 })));
    expect(await loadRoster(db, channels[0] ?? "")).toMatchObject({ revision: 1 });
  });

  test("reaches a channel that has not confirmed that the account has left", async () => {
    const [left, stale] = [await openGroup(alice, [bob]), await openGroup(alice, [bob])];
    for (const channel of [left, stale]) {
      await removeFromDirectory(db, { channel, actor: alice.id, subject: bob.id, now: Date.now() });
    }
    await confirmRoster(db, left, 2);
    await endSessions(db, bob.id, "all", Date.now());
    expect((await ending(bob.id)).map(({ object }) => object)).toEqual([stale, bob.id]);
  });

  test("of another account, or of an unknown session, changes nothing", async () => {
    await openDirect(alice, bob);
    expect(await endSessions(db, alice.id, { only: bob.session }, Date.now())).toEqual([]);
    expect(await endSessions(db, alice.id, { only: "s_none" }, Date.now())).toEqual([]);
    expect(await tokensFrom()).toBe(0);
    expect((await request("/v1/me", { token: bob.token })).status).toBe(200);
  });

  test("raises the token cutoff, whatever the clock says", async () => {
    const [phone, tablet] = [await signIn(alice), await signIn(alice)];
    await endSessions(db, alice.id, { only: phone.session }, 5_000);
    await endSessions(db, alice.id, { only: tablet.session }, 4_000);
    expect(await tokensFrom()).toBe(5_000 + MARGIN_MS + 1);
  });
});

test("what an earlier version left in the outbox is delivered", async () => {
  const channel = await openDirect(alice, bob);
  const phone = await signIn(alice);
  const devices = [await attach(phone), await join(phone, channel)];
  const own = await join(alice, channel);
  await rowsOf("DELETE FROM sessions WHERE id = ?", phone.session);
  await rowsOf("UPDATE accounts SET tokens_from = ? WHERE id = ?", Date.now() + MARGIN_MS, alice.id);
  for (const session of ["", phone.session]) {
    await leave(channel, 2, session, LONG_AGO);
    await leave(alice.id, Date.now() + MARGIN_MS, session, LONG_AGO);
  }
  await convertOldEndings(db, LONG_AGO);
  expect([...(await pending(alice.id)), ...(await pending(channel))]).toEqual([
    { object: channel, revision: 2, session: "" },
  ]);
  await scheduled(env, Date.now());
  for (const device of devices) expect(await device.untilClosed()).toMatchObject({ code: closeCodes.sessionRevoked });
  expect(own.closed).toBeNull();
  expect(await ending(alice.id)).toEqual([]);
});
