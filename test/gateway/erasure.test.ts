// The erasure of an account: what ends at once, what is deleted, and what others keep.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { freeHandles } from "../../src/directory/erasures";
import { type ChannelInfo, closeCodes, limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { contentsOf, drained, exact, rawRows, search } from "../support/archive";
import { call, openDirect, openGroup, putMember, register, removeMember, request } from "../support/http";
import { perform, readAll, refusalCode, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { accessToken, attach, composedAt, epochOf, join, openSocket } from "../support/socket";
import { codeOf, deletionsIn, erase, leftOf, password, registerAs, saidBy } from "./erasure-support";

vi.setConfig({ testTimeout: 60_000 });

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
    await call(`/v1/channels/${channel}/mute`, { ...sent, body: { until: 4_000_000_000_000 } });
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
    const { members } = await call<ChannelInfo>(`/v1/channels/${channel}`, { token: bob.token });
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
      const contents = (await contentsOf(channel)).filter((content) => content !== null);
      expect(contents).toEqual(["(deleted)"]);
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
    expect(await contentsOf(channel)).toEqual(["(deleted)", "(deleted)", "bob's walnut", null, null]);
    for (const { seq, terms, starts } of (await rawRows(channel)).flat())
      expect(terms === "" && starts === "", String(seq)).toBe(seq !== 3);
  });

  test("is deleted, even if there are 450", async () => {
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
    const listed = await call<{ items: ChannelInfo[] }>("/v1/channels", { token: bob.token });
    for (const shown of [listed.items[0], await call<ChannelInfo>(`/v1/channels/${channel}`, { token: bob.token })]) {
      expect(shown).toMatchObject({ id: channel, kind: "direct" });
      expect(shown?.members.map(({ user }) => user)).toContainEqual(nameless);
    }
    expect(await saidBy(bob, bob, channel)).toEqual(["are you there?"]);
  });

  test("[S169] cannot write to nobody, on a socket or over HTTP, and still reads and changes what is there", async () => {
    const { alice, bob, channel, b, epoch } = await openPair();
    const seq = await say(b, epoch, "are you there?");
    await erase(alice);
    expect(await refusalCode(b, epoch, { type: "message.send", text: "gone, then" })).toBe("recipient_deleted");
    const sent = { method: "POST", token: bob.token, headers: { "idempotency-key": "1" }, body: { text: "hello?" } };
    const answer = await request(`/v1/channels/${channel}/messages`, sent);
    expect([answer.status, await codeOf(answer)]).toEqual([409, "recipient_deleted"]);
    // After the object has started again.
    await evictDurableObject(env.CHANNELS.getByName(channel));
    const again = await request(`/v1/channels/${channel}/messages`, { ...sent, headers: { "idempotency-key": "2" } });
    expect(await codeOf(again)).toBe("recipient_deleted");
    const edited = { ...sent, method: "PATCH", headers: { "idempotency-key": "3" }, body: { text: "were you there?" } };
    expect((await request(`/v1/channels/${channel}/messages/${seq}`, edited)).status).toBe(200);
    expect(await saidBy(bob, bob, channel)).toEqual(["were you there?"]);
  });

  test("[S169] notes to oneself go on", async () => {
    const { bob } = await openPair();
    const { id } = await call<ChannelInfo>("/v1/channels", {
      method: "POST",
      token: bob.token,
      body: { kind: "direct", user: bob.id },
    });
    const sent = { method: "POST", token: bob.token, headers: { "idempotency-key": "1" }, body: { text: "note" } };
    expect((await request(`/v1/channels/${id}/messages`, sent)).status).toBeLessThan(300);
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
    const { members } = await call<ChannelInfo>(`/v1/channels/${group}`, { token: bob.token });
    expect(members.map(({ user }) => user.id).sort()).toEqual([bob.id, carol.id].sort());
  });
});
