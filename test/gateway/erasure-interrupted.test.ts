import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { closeAccount, nextErasures } from "../../src/directory/erasures";
import { eraseChannel } from "../../src/gateway/operations/channel-erasure";
import { scheduled } from "../../src/gateway/scheduled";
import { type ChannelInfo, limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { failingStatements } from "../support/failing-directory";
import { call, openGroup, putMember, register, removeMember, request } from "../support/http";
import { say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { attach, composedAt, epochOf, join } from "../support/socket";
import { unreachable } from "../support/unreachable";
import { advance, codeOf, deletionsIn, erase, leftOf, password, registerAs, saidBy } from "./erasure-support";
import { requestOn } from "./revocation-support";

const MINUTE = 60_000;
vi.setConfig({ testTimeout: MINUTE });

describe("[S101] an interrupted erasure", () => {
  const without = (broken: string) => unreachable((name) => name === broken);

  async function openTwo() {
    const { alice, bob, channel, a, epoch } = await openPair();
    const left = await openGroup(bob, [alice]);
    const device = await join(alice, left);
    for (const text of ["one", "two"]) {
      await say(a, epoch, text);
      await say(device, await epochOf(device), text);
    }
    await removeMember(alice, left, alice);
    await closeAccount(db, alice.id, Date.now());
    return { alice, bob, channel, left };
  }

  test("is continued by the cron, for a channel that could not be reached", async () => {
    const { alice, bob, channel, left } = await openTwo();
    await advance(without(channel), alice.id);
    expect((await leftOf(alice)).length).toBeGreaterThan(0);
    expect(await saidBy(alice, bob, channel)).toEqual(["one", "two"]);
    await scheduled(env, Date.now() + MINUTE);
    expect(await leftOf(alice)).toEqual([]);
    for (const each of [channel, left]) expect(await saidBy(alice, bob, each), each).toEqual([]);
    // A repeat deletes nothing more.
    const before = await deletionsIn(bob, channel);
    expect(before).toHaveLength(2);
    await advance(env);
    await scheduled(env, Date.now() + MINUTE);
    expect(await deletionsIn(bob, channel)).toEqual(before);
  });

  test("is not blocked by one channel that fails", async () => {
    const { alice, bob, channel, left } = await openTwo();
    await advance(without(left), alice.id);
    expect(await leftOf(alice)).toEqual([{ channel: left }]);
    expect(await saidBy(alice, bob, channel)).toEqual([]);
    expect(await saidBy(alice, bob, left)).toEqual(["one", "two"]);
    await scheduled(env, Date.now() + MINUTE);
    expect(await saidBy(alice, bob, left)).toEqual([]);
  });

  test("deletes no message before the account itself is done", async () => {
    const { alice, bob, channel, left } = await openTwo();
    await advance(without(alice.id), alice.id);
    expect((await leftOf(alice)).map((row) => row.channel).sort()).toEqual(["", channel, left].sort());
    expect(await saidBy(alice, bob, channel)).toEqual(["one", "two"]);
    // The account is closed nevertheless.
    expect((await request("/v1/me", { token: alice.token })).status).toBe(401);
    await scheduled(env, Date.now() + MINUTE);
    expect(await leftOf(alice)).toEqual([]);
    expect(await saidBy(alice, bob, channel)).toEqual([]);
  });

  test("continues in a channel where it stopped", async () => {
    const { alice, bob, channel, a, epoch } = await openPair();
    for (const text of ["one", "two", "three"]) await say(a, epoch, text);
    await closeAccount(db, alice.id, Date.now());
    await advance(without(channel), alice.id);
    const move = "UPDATE erasures SET after = 2 WHERE account = ? AND channel = ?";
    await env.DIRECTORY.prepare(move).bind(alice.id, channel).run();
    await env.DIRECTORY.prepare("DELETE FROM erasures WHERE account = ? AND channel = ''").bind(alice.id).run();
    await scheduled(env, Date.now() + MINUTE);
    expect(await saidBy(alice, bob, channel)).toEqual(["one", "two"]);
    expect(await leftOf(alice)).toEqual([]);
  });

  test("is not restarted by closing the account twice", async () => {
    const { alice } = await openPair();
    await closeAccount(db, alice.id, 1_000);
    const before = await rowsOf("SELECT * FROM accounts WHERE id = ?", alice.id);
    await closeAccount(db, alice.id, 2_000);
    expect(await rowsOf("SELECT * FROM accounts WHERE id = ?", alice.id)).toEqual(before);
    expect(await rowsOf("SELECT until FROM reserved_handles WHERE handle = ?", alice.handle)).toEqual([
      { until: 1_000 + limits.handleKeptMs },
    ]);
    expect(await rowsOf("SELECT * FROM reserved_handles WHERE handle LIKE '~%'")).toEqual([]);
  });
});

test("[S101] an account that is closed is answered as closed, although its steps cannot be read", async () => {
  const { bob, channel } = await openPair();
  const bindings = failingStatements((query) => /^select [^;]* from "erasures"/.test(query));
  const sent = { method: "DELETE", token: bob.token, body: { password } };
  expect((await requestOn(bindings, "/v1/me", sent)).status).toBe(204);
  expect(await leftOf(bob)).toEqual([{ channel: "" }, { channel }]);
  await advance(env);
  expect(await leftOf(bob)).toEqual([]);
});

test("[S101] an erased user is not added to a group", async () => {
  const { alice, bob } = await openPair();
  const carol = await register("carol");
  expect((await erase(bob)).status).toBe(204);
  const group = await openGroup(alice, [bob, carol]);
  const { members } = await call<ChannelInfo>(`/v1/channels/${group}`, { token: alice.token });
  expect(members.map(({ user }) => user.id).toSorted()).toEqual([alice.id, carol.id].toSorted());
  expect((await putMember(alice, group, bob)).status).toBe(404);
});

test("[S101] a handle that was reserved before is reserved for the time of the later erasure", async () => {
  const { bob } = await openPair();
  await db.run(`INSERT INTO reserved_handles (handle, until) VALUES ('${bob.handle}', 1)`);
  expect((await erase(bob)).status).toBe(204);
  const again = await registerAs(bob.handle);
  expect([again.status, await codeOf(again)]).toEqual([409, "handle_taken"]);
});

test("steps that fail do not hold up the erasure of another account", async () => {
  const { alice, bob, channel, b, epoch } = await openPair();
  await say(b, epoch, "to be deleted");
  await closeAccount(db, bob.id, Date.now());
  await advance(env, bob.id);
  await db.run(`INSERT INTO erasures (account, channel, after) VALUES ('${bob.id}', '${channel}', 0)`);
  await db.run(
    `INSERT INTO erasures (account, channel, after, next_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
       SELECT 'u_0stuck', 'c_0stuck' || i, 0, -i FROM n`,
  );
  await advance(unreachable((name) => name.startsWith("c_0stuck")));
  expect(await leftOf(bob)).toEqual([]);
  const waiting = "SELECT min(next_at) AS first, min(failures) AS failures FROM erasures WHERE account = 'u_0stuck'";
  const [row] = await rowsOf(waiting);
  expect(row).toMatchObject({ failures: 1 });
  expect(Number(row?.first)).toBeGreaterThan(Date.now() - 30_000);
  await db.run("DELETE FROM erasures WHERE account = 'u_0stuck'");
  expect(await saidBy(bob, alice, channel)).toEqual([]);
});

test("the first steps of all accounts come before the second ones", async () => {
  const now = Date.now();
  const steps = ["a", "b", "c"].map((name, i) => `('u_0long', 'c_0long${name}', 0, ${i})`);
  await db.run(
    `INSERT INTO erasures (account, channel, after, next_at) VALUES ${steps.join(", ")}, ('u_0short', 'c_0short', 0, 9)`,
  );
  const next = await nextErasures(db, 2, now);
  await db.run("DELETE FROM erasures WHERE account IN ('u_0long', 'u_0short')");
  expect(next.map((step) => step.channel)).toEqual(["c_0longa", "c_0short"]);
});

test("[S101] a message that arrives during the erasure does not come back into the inbox", async () => {
  const { alice, channel, b, epoch } = await openTrio();
  const left = await openGroup(alice, []);
  const phone = await attach(alice);
  await performAll(alice, left, [{ id: "1", type: "message.send", ...composedAt("x", 0), text: "mine" }]);
  expect((await removeMember(alice, channel, alice)).status).toBe(204);
  await say(b, epoch, "bob says, after alice left");
  phone.close();
  expect((await erase(alice)).status).toBe(204);
  await expect.poll(() => leftOf(alice)).toEqual([]);
  expect(await env.USERS.getByName(alice.id).storedData(0)).toMatchObject({ rows: [], drafts: [], mutes: [] });
});

test("[S101] a member of very many channels is erased step by step", { timeout: 120_000 }, async () => {
  const { bob, channel, b, epoch } = await openPair();
  await say(b, epoch, "to be deleted");
  await db.run(
    `INSERT INTO channels (id, kind, identity, revision, created_by, created_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 205)
       SELECT 'c_0many' || i, 'group', 'many ' || i, 1, '${bob.id}', 1 FROM n`,
  );
  await db.run(
    `INSERT INTO memberships (channel, user, role, joined_at) SELECT id, '${bob.id}', 'owner', 1 FROM channels WHERE id LIKE 'c_0many%'`,
  );
  expect((await erase(bob)).status).toBe(204);
  for (let pass = 0; pass < 40 && (await leftOf(bob)).length > 0; pass++) await advance(env, bob.id);
  expect(await leftOf(bob)).toEqual([]);
  expect(await rowsOf("SELECT channel FROM memberships WHERE user = ? AND channel <> ?", bob.id, channel)).toEqual([]);
});

test.each([
  ["once after the time is over", -1, 1],
  ["several times before", MINUTE, 5],
])("a deleted group that is not erased yet is tried %s", async (_, ms, expected) => {
  const alice = await register("alice");
  const group = await openGroup(alice, []);
  let calls = 0;
  const object = {
    applyRoster: async () => ({ ok: true, value: Number.MAX_SAFE_INTEGER }),
    eraseChannel: async () => ({ ok: true, value: ++calls < 0 }),
  };
  const busy = { ...env, CHANNELS: { getByName: () => object } } as unknown as Env;
  expect(await eraseChannel(busy, db, group, Date.now() + ms)).toBe(false);
  expect(calls).toBe(expected);
});
