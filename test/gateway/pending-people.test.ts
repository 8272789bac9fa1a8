// A person who was asked into a channel over HTTP: what they do not get, and how a request ends.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { loadRoster } from "../../src/directory/roster-outbox";
import { scheduled } from "../../src/gateway/scheduled";
import { limits } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { openDirect, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { attach, isLiveInbox, join } from "../support/socket";
import { accept, codeOf, decline, pendingOf, registerStrangers, requestsOf, send, show } from "./requests-support";

let alice: Person;
let bob: Person;
let carol: Person;

beforeEach(async () => {
  ({ alice, bob, carol } = await registerStrangers());
});

describe("[S146] a pending person", () => {
  test("gets no row and no mention, and shows no presence", async () => {
    const channel = await openDirect(alice, bob);
    const group = await openGroup(alice, [carol, bob]);
    const [author, device] = [await join(alice, group), await attach(bob)];
    await send(alice, group, `hello @${bob.handle}`);
    await send(alice, channel, "hello");
    const { data } = await author.event(author.events.at(-1)?.seq ?? 1);
    expect(JSON.stringify(data)).not.toContain(bob.id);
    const watcher = await attach(alice);
    const watched = await watcher.answer(watcher.send({ type: "presence.watch", users: [bob.id] }), "presence");
    expect(JSON.stringify(watched)).not.toContain("online");
    expect(device.frames.filter(isLiveInbox).flatMap(({ rows }) => rows)).toEqual([]);
    for (const id of [channel, group]) {
      expect((await env.CHANNELS.getByName(id).wake(bob.id)).ok).toBe(false);
    }
  });

  test("does not count towards the members of a group", async () => {
    const group = await openGroup(alice, []);
    const others = Array.from({ length: limits.groupMembers - 2 }, (_, i) => `u_filler${i}`);
    await env.DIRECTORY.batch(
      others.map((user) =>
        env.DIRECTORY.prepare("INSERT INTO memberships VALUES (?, ?, 'member', 1)").bind(group, user),
      ),
    );
    expect((await putMember(alice, group, bob)).status).toBe(204);
    expect(await pendingOf(alice, group)).toEqual([bob.id]);
    expect((await putMember(alice, group, carol)).status).toBe(204);
    expect((await show(alice, group)).members.map(({ user }) => user.id)).toContain(carol.id);
    expect(await codeOf(await accept(bob, group))).toBe("group_full");
    expect(await requestsOf(bob)).toHaveLength(1);
  });

  test("is signalled once for many messages", async () => {
    const device = await attach(bob);
    const channel = await openDirect(alice, bob);
    for (let i = 0; i < 20; i++) await send(alice, channel, `hello ${i}`);
    const signals = device.frames.filter(isLiveInbox).filter(({ requestsChanged }) => requestsChanged);
    // One for the request, one for the first messages.
    expect(signals).toHaveLength(2);
  });

  test("who was away gets the signal with the next sync", async () => {
    await openDirect(alice, bob);
    const device = await attach(bob);
    expect(device.frames.find((frame) => frame.type === "inbox")).toMatchObject({ requestsChanged: true, rows: [] });
  });
});

describe("[S147] a request ends", () => {
  test("when a manager or the stranger withdraws it, and for nobody else", async () => {
    const dave = await register("dave");
    const group = await openGroup(alice, [carol, dave]);
    await putMember(carol, group, bob);
    expect((await removeMember(dave, group, bob)).status).toBe(403);
    expect(await requestsOf(bob)).toHaveLength(1);
    const device = await attach(bob);
    expect((await removeMember(carol, group, bob)).status).toBe(204);
    expect(await requestsOf(bob)).toEqual([]);
    await device.until((frame): frame is Extract<typeof frame, { type: "inbox" }> =>
      Boolean(isLiveInbox(frame) && frame.requestsChanged),
    );
    await putMember(carol, group, bob);
    expect((await removeMember(alice, group, bob)).status).toBe(204);
    expect(await requestsOf(bob)).toEqual([]);
  });

  test("when the stranger leaves the group, and when the group is deleted", async () => {
    const group = await openGroup(alice, [carol]);
    await putMember(carol, group, bob);
    await removeMember(carol, group, carol);
    expect(await requestsOf(bob)).toEqual([]);
    await putMember(alice, group, bob);
    expect((await request(`/v1/channels/${group}`, { method: "DELETE", token: alice.token })).status).toBe(204);
    expect(await requestsOf(bob)).toEqual([]);
    expect((await accept(bob, group)).status).toBe(404);
  });

  test("without a signal to a person who has declined it, in every way", async () => {
    const isSignal = (frame: Parameters<typeof isLiveInbox>[0]) => isLiveInbox(frame) && frame.requestsChanged === true;
    const [left, withdrawn, deleted] = await Promise.all([1, 2, 3].map(() => openGroup(alice, [carol, bob])));
    for (const group of [left, withdrawn, deleted]) await decline(bob, group ?? "");
    const device = await attach(bob);
    expect((await removeMember(alice, left ?? "", alice)).status).toBe(204);
    expect((await removeMember(alice, withdrawn ?? "", bob)).status).toBe(204);
    const sent = { method: "DELETE", token: alice.token };
    expect((await request(`/v1/channels/${deleted}`, sent)).status).toBe(204);
    // The request of another stranger is signalled after the others were not.
    await openGroup(carol, [bob]);
    await expect.poll(() => device.frames.filter(isSignal).length).toBe(1);
    expect(await pendingOf(carol, left ?? "")).toEqual([]);
  });

  test("after 90 days", async () => {
    const group = await openGroup(alice, [bob]);
    const hour = 3_600_000;
    const now = Math.ceil(Date.now() / hour) * hour;
    const age = (ms: number) =>
      env.DIRECTORY.prepare("UPDATE requests SET created_at = ? WHERE channel = ?")
        .bind(now - ms, group)
        .run();
    await age(limits.requestMs - 1);
    await scheduled(env, now);
    expect(await requestsOf(bob)).toHaveLength(1);
    await age(limits.requestMs + 1);
    await scheduled(env, now);
    expect(await requestsOf(bob)).toEqual([]);
    expect(await pendingOf(alice, group)).toEqual([]);
  });

  test("with either account, and nothing about them remains", async () => {
    const erase = (person: Person) =>
      request("/v1/me", { method: "DELETE", token: person.token, body: { password: "correct horse battery" } });
    const declined = await openGroup(carol, [bob]);
    await decline(bob, declined);
    const channel = await openDirect(alice, bob);
    expect((await erase(alice)).status).toBe(204);
    expect(await requestsOf(bob)).toEqual([]);
    await openGroup(await register("dave"), [bob]);
    expect((await erase(bob)).status).toBe(204);
    for (const who of [alice.id, bob.id]) {
      expect(await rowsOf("SELECT * FROM requests WHERE user = ? OR stranger = ?", who, who)).toEqual([]);
      expect(await rowsOf("SELECT * FROM declined_strangers WHERE user = ? OR stranger = ?", who, who)).toEqual([]);
      expect(await rowsOf("SELECT open_to FROM accounts WHERE id = ?", who)).toEqual([{ open_to: null }]);
    }
    expect((await loadRoster(db, channel))?.pending).toEqual([]);
  });
});
