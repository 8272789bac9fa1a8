// What an object has not confirmed stays in the outbox, and the cron delivers it.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { confirmEndedSessions, confirmRoster, loadEndedSessions, loadRoster } from "../../src/directory/roster-outbox";
import { endSessions } from "../../src/directory/sessions";
import { scheduled } from "../../src/gateway/scheduled";
import { closeCodes } from "../../src/protocol";
import { signIn } from "../contract/samples";
import { call, openDirect, type Person, register, request } from "../support/http";
import { accessToken, attach, join, openSocket } from "../support/socket";
import { db, leave, openDirectly, pending, rowsOf } from "./support";

const LONG_AGO = 1_000;
const HOUR_MS = 3_600_000;
/**
 * How far token cutoffs are raised beyond the present time, because the clocks of machines differ.
 */
const MARGIN_MS = 60_000;

/**
 * Returns the rows that the end of one session leaves for an object: the session, and the raised
 * cutoff.
 */
const ofEnding = (object: string, revision: number, session: string) =>
  ["", session].map((ended) => ({ object, revision, session: ended }));

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
    expect(await pending(channel)).toEqual(ofEnding(channel, 2, phone.session));
    expect(devices.map(({ closed }) => closed)).toEqual([null, null]);
    await scheduled(env, Date.now() + 60_000);
    for (const device of devices) expect(await device.untilClosed()).toMatchObject({ code: closeCodes.sessionRevoked });
    expect([...(await pending(channel)), ...(await pending(alice.id))]).toEqual([]);
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

describe("a confirmation", () => {
  test("of a channel deletes its rows up to the revision it holds", async () => {
    const channel = await openDirect(alice, bob);
    for (const revision of [2, 3, 4]) await leave(channel, revision, `s_${revision}`, LONG_AGO);
    await confirmRoster(db, channel, 3);
    expect(await pending(channel)).toEqual([{ object: channel, revision: 4, session: "s_4" }]);
  });

  test("of an older roster keeps the ended sessions of the newer one", async () => {
    const channel = await openDirect(alice, bob);
    await leave(channel, 2, "s_2", LONG_AGO);
    await leave(channel, 3, "s_3", LONG_AGO);
    expect(await loadRoster(db, channel)).toMatchObject({ revision: 1, endedSessions: ["s_2", "s_3"] });
    await confirmRoster(db, channel, 2);
    expect(await loadRoster(db, channel)).toMatchObject({ endedSessions: ["s_3"] });
  });

  test("of a user deletes what was delivered, and not a row that was written meanwhile by an older clock", async () => {
    await leave(alice.id, 2_000, "s_delivered", LONG_AGO);
    const ended = await loadEndedSessions(db, alice.id);
    expect(ended).toEqual({ tokensFrom: 2_000, sessions: ["s_delivered"] });
    await leave(alice.id, 1_999, "s_meanwhile", LONG_AGO);
    await leave(alice.id, 2_000, "s_same_time", LONG_AGO);
    if (ended) await confirmEndedSessions(db, alice.id, ended);
    expect((await pending(alice.id)).map(({ session }) => session)).toEqual(["s_meanwhile", "s_same_time"]);
  });

  test("of a user deletes a change that ended no session", async () => {
    await leave(alice.id, 2_000, "", LONG_AGO);
    const ended = await loadEndedSessions(db, alice.id);
    expect(ended).toEqual({ tokensFrom: 2_000, sessions: [] });
    if (ended) await confirmEndedSessions(db, alice.id, ended);
    expect(await pending(alice.id)).toEqual([]);
  });
});

describe("the end of sessions", () => {
  const tokensFrom = async () =>
    (await rowsOf("SELECT tokens_from FROM accounts WHERE id = ?", alice.id))[0]?.tokens_from;

  test("adds a row for each object that may hold a socket, and raises each revision by one", async () => {
    const channels = [await openDirect(alice, bob), await openDirect(alice, alice)];
    const phone = await signIn(alice);
    const now = Date.now();
    expect(await endSessions(db, alice.id, { only: phone.session }, now)).toEqual([phone.session]);
    for (const object of channels) expect(await pending(object)).toEqual(ofEnding(object, 2, phone.session));
    expect(await pending(alice.id)).toEqual(ofEnding(alice.id, now + MARGIN_MS, phone.session));
    expect(await pending(bob.id)).toEqual([]);
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
