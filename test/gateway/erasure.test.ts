// The erasure of an account: what ends at once, what is deleted, and what others keep.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { closeAccount, freeHandles } from "../../src/directory/erasures";
import { advanceErasures } from "../../src/gateway/operations/account-erasure";
import { scheduled } from "../../src/gateway/scheduled";
import { type Channel, closeCodes, type Event, limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { drained, entriesOf, exact, rawRows, search } from "../support/archive";
import { call, openDirect, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { perform, readAll, resume, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { accessToken, attach, composedAt, epochOf, join, openSocket } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

const password = "correct horse battery";
const erase = ({ token }: Person, typed = password) =>
  request("/v1/me", { method: "DELETE", token, body: { password: typed } });
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
const leftOf = ({ id }: Person) => rowsOf("SELECT channel FROM erasures WHERE account = ? ORDER BY channel", id);
const registerAs = (handle: string) =>
  request("/v1/accounts", { method: "POST", body: { handle, name: "Another", password, keep: "token" } });

/** The live messages of a person, as another member reads them. */
async function saidBy(who: Person, reader: Person, channel: string): Promise<string[]> {
  const { messages } = await readAll(reader, channel);
  return messages.flatMap(({ author, body }) => (author === who.id && body.state === "live" ? [body.text] : []));
}
async function eventsOf(reader: Person, channel: string): Promise<Event[]> {
  const joined = await join(reader, channel);
  const device = await resume(reader, channel, await epochOf(joined));
  return device.events;
}
/** The deletions in the log: author and message. */
async function deletionsIn(reader: Person, channel: string): Promise<[string, number][]> {
  const events = await eventsOf(reader, channel);
  return events.flatMap((event): [string, number][] =>
    event.type === "message.deleted" ? [[event.actor, event.data.target]] : [],
  );
}

describe("[S101] with a wrong password", () => {
  test("nothing changes", async () => {
    const { alice, bob, channel, a, epoch } = await openTrio();
    await say(a, epoch, "stays");
    for (const typed of ["wrong", "", `${password} `]) {
      const refused = await erase(alice, typed);
      expect([refused.status, await codeOf(refused)]).toEqual([403, "wrong_password"]);
    }
    expect((await request("/v1/me", { method: "DELETE", token: alice.token, body: {} })).status).toBe(400);
    expect(await saidBy(alice, bob, channel)).toEqual(["stays"]);
    expect(await leftOf(alice)).toEqual([]);
    expect(await call("/v1/me", { token: alice.token })).toMatchObject({ handle: alice.handle });
    expect([a.closed, (await registerAs(alice.handle)).status]).toEqual([null, 409]);
    await call("/v1/sessions", { method: "POST", body: { handle: alice.handle, password } });
  });
});

describe("[S101] at once", () => {
  test("every session ends, every socket closes, and nobody can sign in", async () => {
    const { alice, bob, channel, a } = await openPair();
    const group = await openGroup(alice, [bob]);
    const g = await join(alice, group);
    const phone = await attach(alice);
    const signIn = { method: "POST", body: { handle: alice.handle, password, keep: "token" } };
    const { token: second } = await call<{ token: string }>("/v1/sessions", signIn);
    const access = await accessToken(second);
    expect((await erase(alice)).status).toBe(204);
    for (const device of [a, g, phone]) expect((await device.untilClosed()).code).toBe(closeCodes.sessionRevoked);
    for (const token of [alice.token, second]) {
      for (const path of ["/v1/me", "/v1/gateway", "/v1/search?q=x", `/v1/channels/${channel}`])
        expect((await request(path, { token })).status).toBe(401);
    }
    expect((await erase(alice)).status).toBe(401);
    const refused = await request("/v1/sessions", signIn);
    expect([refused.status, await codeOf(refused)]).toEqual([401, "wrong_credentials"]);
    // An access token that had not expired is refused.
    const user = await openSocket("/v1/socket", access);
    expect((await user.untilClosed()).code).toBe(closeCodes.tokenStale);
    for (const each of [channel, group]) {
      const device = await openSocket(`/v1/channels/${each}/socket`, access);
      const { code } = await device.untilClosed();
      expect([closeCodes.tokenStale, closeCodes.removed]).toContain(code);
    }
  });

  test("the name is deleted, and the handle stays reserved for thirty days", async () => {
    const { alice, bob } = await openPair();
    await erase(alice);
    const now = Date.now();
    expect(await call(`/v1/users?handle=${alice.handle}`, { token: bob.token })).toMatchObject({ items: [] });
    const [row] = await rowsOf("SELECT * FROM accounts WHERE id = ?", alice.id);
    expect(row).toMatchObject({ name: "", password_hash: "" });
    expect(Object.values(row ?? {})).not.toContain(alice.handle);
    for (const later of [0, limits.handleKeptMs - 60_000]) {
      await freeHandles(db, now + later);
      const taken = await registerAs(alice.handle);
      expect([taken.status, await codeOf(taken)]).toEqual([409, "handle_taken"]);
    }
    await freeHandles(db, now + limits.handleKeptMs + 1);
    const again = await registerAs(alice.handle.toUpperCase());
    expect(again.status).toBe(200);
    const { me } = await again.json<{ me: { id: string } }>();
    expect(me.id).not.toBe(alice.id);
  });

  test("the data of the user object is deleted", async () => {
    const { alice, channel } = await openPair();
    await attach(alice);
    const sent = { method: "PUT", token: alice.token };
    await call(`/v1/channels/${channel}/draft`, { ...sent, body: { text: "unsaid" } });
    await call(`/v1/channels/${channel}/mute`, { ...sent, body: { until: 5 } });
    await erase(alice);
    const rows = await runInDurableObject(env.USERS.getByName(alice.id), (_, { storage }) =>
      ["inbox", "gone", "settings"].map(
        (table) => storage.sql.exec(`SELECT count(*) AS rows FROM ${table}`).one().rows,
      ),
    );
    expect(rows).toEqual([0, 0, 0]);
  });
});

describe("[S101] the groups", () => {
  test("are left as by any member, and get a new owner", async () => {
    const { alice, bob, carol, channel } = await openTrio();
    await putMember(alice, channel, carol, "admin");
    const watcher = await join(bob, channel);
    await erase(alice);
    const about = watcher.events.map(({ type, actor, data }) => [type, actor, "user" in data ? data.user : null]);
    expect(about.filter(([type]) => type !== "message.deleted")).toEqual([
      ["member.left", alice.id, alice.id],
      ["member.changed", expect.any(String), carol.id],
    ]);
    const { members } = await call<Channel>(`/v1/channels/${channel}`, { token: bob.token });
    expect(members.map(({ user, role }) => [user.id, role]).sort()).toEqual(
      [
        [bob.id, "member"],
        [carol.id, "owner"],
      ].sort(),
    );
  });

  test("with no other member are deleted", async () => {
    const alice = await register("alice");
    const group = await openGroup(alice, []);
    const a = await join(alice, group);
    await say(a, await epochOf(a), "to myself");
    const notes = await openDirect(alice, alice);
    const n = await join(alice, notes);
    await say(n, await epochOf(n), "a note");
    expect((await erase(alice)).status).toBe(204);
    expect(await leftOf(alice)).toEqual([]);
    for (const channel of [group, notes]) {
      await drained(channel);
      const bodies = (await entriesOf(channel)).map((entry) => entry?.body);
      expect(bodies.filter(Boolean)).toEqual([]);
      expect(bodies).toContain("");
    }
  });
});

describe("[S101] every message", () => {
  test("of the account is deleted in every channel by an entry of its author; other messages stay", async () => {
    const { alice, bob, carol, channel, a, b, epoch } = await openTrio();
    const direct = await openDirect(alice, bob);
    const left = await openGroup(bob, [alice, carol]);
    const thrownOut = await openGroup(bob, [alice]);
    const d = await join(alice, direct);
    const ready = await join(bob, direct);
    const root = await say(b, epoch, "bob's root");
    await say(a, epoch, "in a thread", { thread: root });
    const edited = await say(a, epoch, "edited");
    await perform(a, epoch, { type: "message.edit", seq: edited, text: "edited twice" });
    const gone = await say(a, epoch, "deleted before");
    await perform(a, epoch, { type: "message.delete", seq: gone });
    await say(b, epoch, "bob answers", { replyTo: edited });
    await say(d, await epochOf(d), "between us");
    for (const group of [left, thrownOut]) {
      const device = await join(alice, group);
      await say(device, await epochOf(device), "said and left");
    }
    await removeMember(alice, left, alice);
    await removeMember(bob, thrownOut, alice);
    expect(await saidBy(alice, bob, left)).toEqual(["said and left"]);
    expect((await erase(alice)).status).toBe(204);
    expect(await leftOf(alice)).toEqual([]);
    for (const each of [channel, direct, left, thrownOut]) {
      expect(await saidBy(alice, bob, each), each).toEqual([]);
      const deletions = await deletionsIn(bob, each);
      expect(deletions.map(([actor]) => actor)).toEqual(deletions.map(() => alice.id));
      expect(new Set(deletions.map(([, target]) => target)).size).toBe(deletions.length);
      expect(deletions).toHaveLength(each === channel ? 3 : 1);
    }
    expect((await saidBy(bob, carol, channel)).sort()).toEqual(["bob answers", "bob's root"]);
    const { messages } = await readAll(bob, channel);
    expect(messages.find(({ reply }) => reply !== null)?.reply).toMatchObject({ seq: edited, preview: null });
    const versions = `/v1/channels/${channel}/messages/${edited}/versions`;
    expect(await call(versions, { token: bob.token })).toMatchObject({ items: [] });
    expect(ready.events).toMatchObject([{ type: "message.sent" }, { type: "message.deleted", actor: alice.id }]);
  });

  test("disappears from the archive and from every search", async () => {
    const { alice, bob, channel, a, b, epoch } = await openPair();
    for (const text of ["walnut", "another walnut"]) await say(a, epoch, text);
    await say(b, epoch, "bob's walnut");
    await drained(channel);
    expect((await search(bob, "walnut")).items).toHaveLength(3);
    await erase(alice);
    // At once, although the archive still holds it.
    expect((await search(bob, "walnut")).items.map(({ seq }) => seq)).toEqual([3]);
    for (const q of [`from:${alice.handle}`, `in:${alice.handle}`]) expect((await search(bob, q)).items, q).toEqual([]);
    expect(await drained(channel)).toEqual(exact(5));
    expect((await entriesOf(channel)).map((entry) => entry?.body)).toEqual(["", "", "bob's walnut", null, null]);
    for (const { seq, terms, starts } of (await rawRows(channel)).flat())
      expect(terms === "" && starts === "", String(seq)).toBe(seq !== 3);
  });

  test("is deleted, also where there are 450", async () => {
    const { alice, bob, channel, b, epoch } = await openPair();
    for (let i = 0; i < 450; i += 50) {
      const commands = Array.from({ length: 50 }, (_, j) => ({
        ...{ id: String(j), type: "message.send", text: `line ${i + j}` },
        ...composedAt(epoch, 0),
      }));
      await performAll(alice, channel, commands);
    }
    await say(b, epoch, "bob's");
    expect((await erase(alice)).status).toBe(204);
    const deletions = await deletionsIn(bob, channel);
    expect(deletions.map(([, target]) => target)).toEqual(Array.from({ length: 450 }, (_, i) => i + 1));
    expect(await leftOf(alice)).toEqual([]);
    expect(await drained(channel)).toEqual(exact(901));
  });
});

describe("[S101] the other member of a direct channel", () => {
  test("keeps the channel, in which the erased member has no name", async () => {
    const { alice, bob, channel, b, epoch } = await openPair();
    await say(b, epoch, "are you there?");
    await erase(alice);
    const nameless = { id: alice.id, handle: "", name: "" };
    const listed = await call<{ items: Channel[] }>("/v1/channels", { token: bob.token });
    for (const shown of [listed.items[0], await call<Channel>(`/v1/channels/${channel}`, { token: bob.token })]) {
      expect(shown).toMatchObject({ id: channel, kind: "direct" });
      expect(shown?.members.map(({ user }) => user)).toContainEqual(nameless);
    }
    expect(await say(b, epoch, "gone, then")).toBeGreaterThan(1);
    expect(await saidBy(bob, bob, channel)).toEqual(["are you there?", "gone, then"]);
  });

  test("can neither open a channel with them nor add them to a group", async () => {
    const { alice, bob } = await openPair();
    const carol = await register("carol");
    const group = await openGroup(bob, [carol]);
    await erase(alice);
    for (const who of [bob, carol]) {
      const sent = { method: "POST", token: who.token, body: { kind: "direct", user: alice.id } };
      expect((await request("/v1/channels", sent)).status).toBe(404);
    }
    expect((await putMember(bob, group, alice)).status).toBe(404);
    const { members } = await call<Channel>(`/v1/channels/${group}`, { token: bob.token });
    expect(members.map(({ user }) => user.id).sort()).toEqual([bob.id, carol.id].sort());
  });
});

describe("[S101] an interrupted erasure", () => {
  /** The bindings, with one object that cannot be reached. */
  const without = (broken: string): Env => {
    const bar = <T extends { getByName(name: string): object }>(namespace: T) =>
      new Proxy(namespace, {
        get: (target, name) => {
          if (name !== "getByName") return Reflect.get(target, name);
          return (id: string) => (id === broken ? { erase: failing, applyRoster: failing } : target.getByName(id));
        },
      });
    return { ...env, CHANNELS: bar(env.CHANNELS), USERS: bar(env.USERS) };
  };
  const failing = () => Promise.reject(new Error("cannot be reached"));

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
    await advanceErasures(without(channel), db, Date.now(), alice.id);
    expect((await leftOf(alice)).length).toBeGreaterThan(0);
    expect(await saidBy(alice, bob, channel)).toEqual(["one", "two"]);
    await scheduled(env, Date.now());
    expect(await leftOf(alice)).toEqual([]);
    for (const each of [channel, left]) expect(await saidBy(alice, bob, each), each).toEqual([]);
    // A repeat deletes nothing twice.
    const before = await deletionsIn(bob, channel);
    expect(before).toHaveLength(2);
    await advanceErasures(env, db, Date.now());
    await scheduled(env, Date.now());
    expect(await deletionsIn(bob, channel)).toEqual(before);
  });

  test("is not blocked by one channel that fails", async () => {
    const { alice, bob, channel, left } = await openTwo();
    await advanceErasures(without(left), db, Date.now(), alice.id);
    expect(await leftOf(alice)).toEqual([{ channel: left }]);
    expect(await saidBy(alice, bob, channel)).toEqual([]);
    expect(await saidBy(alice, bob, left)).toEqual(["one", "two"]);
    await scheduled(env, Date.now());
    expect(await saidBy(alice, bob, left)).toEqual([]);
  });

  test("deletes no message before the account itself is done", async () => {
    const { alice, bob, channel, left } = await openTwo();
    await advanceErasures(without(alice.id), db, Date.now(), alice.id);
    expect((await leftOf(alice)).map((row) => row.channel).sort()).toEqual(["", channel, left].sort());
    expect(await saidBy(alice, bob, channel)).toEqual(["one", "two"]);
    // The account is closed nevertheless.
    expect((await request("/v1/me", { token: alice.token })).status).toBe(401);
    await scheduled(env, Date.now());
    expect(await leftOf(alice)).toEqual([]);
    expect(await saidBy(alice, bob, channel)).toEqual([]);
  });

  test("continues in a channel where it stopped", async () => {
    const { alice, bob, channel, a, epoch } = await openPair();
    for (const text of ["one", "two", "three"]) await say(a, epoch, text);
    await closeAccount(db, alice.id, Date.now());
    await advanceErasures(without(channel), db, Date.now(), alice.id);
    const move = "UPDATE erasures SET after = 2 WHERE account = ? AND channel = ?";
    await env.DIRECTORY.prepare(move).bind(alice.id, channel).run();
    await env.DIRECTORY.prepare("DELETE FROM erasures WHERE account = ? AND channel = ''").bind(alice.id).run();
    await advanceErasures(env, db, Date.now());
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

test("[S101] an erased user is not added to a group", async () => {
  const { alice, bob } = await openPair();
  const carol = await register("carol");
  expect((await erase(bob)).status).toBe(204);
  const group = await openGroup(alice, [bob, carol]);
  const { members } = await call<Channel>(`/v1/channels/${group}`, { token: alice.token });
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

test("erasures that fail do not block others", async () => {
  const { alice, bob, channel, b, epoch } = await openPair();
  await say(b, epoch, "to be deleted");
  await closeAccount(db, bob.id, Date.now());
  await advanceErasures(env, db, Date.now(), bob.id);
  await db.run(`INSERT INTO erasures (account, channel, after) VALUES ('${bob.id}', '${channel}', 0)`);
  for (let i = 0; i < 30; i++) {
    await db.run(`INSERT INTO erasures (account, channel, after) VALUES ('u_0stuck', 'c_0stuck${i}', 0)`);
  }
  const stuck = {
    ...env,
    CHANNELS: {
      getByName: (name: string) => {
        if (name.startsWith("c_0stuck")) throw new Error("cannot be reached");
        return env.CHANNELS.getByName(name);
      },
    },
  } as unknown as Env;
  for (let round = 0; round < 20 && (await leftOf(bob)).length > 0; round++)
    await advanceErasures(stuck, db, Date.now());
  expect(await leftOf(bob)).toEqual([]);
  await db.run("DELETE FROM erasures WHERE account = 'u_0stuck'");
  expect(await saidBy(bob, alice, channel)).toEqual([]);
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
  for (let pass = 0; pass < 40 && (await leftOf(bob)).length > 0; pass++)
    await advanceErasures(env, db, Date.now(), bob.id);
  expect(await leftOf(bob)).toEqual([]);
  expect(await rowsOf("SELECT channel FROM memberships WHERE user = ? AND channel <> ?", bob.id, channel)).toEqual([]);
});
