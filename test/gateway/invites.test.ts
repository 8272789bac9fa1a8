// Invites to groups over HTTP: who makes them, whom they admit, and what they tell.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { pruneInvites } from "../../src/directory/invites";
import { type Invite, limits } from "../../src/protocol";
import { newInviteCode } from "../../src/runtime/ids";
import { db, rowsOf } from "../directory/support";
import { call, openDirect, openGroup, type Person, putMember, register, request } from "../support/http";
import { eventsOf } from "./erasure-support";
import {
  getPreview,
  groupInvite,
  invitesOf,
  postGroupInvite,
  postUse,
  preview,
  revoke,
  store,
  use,
  usesOf,
} from "./invites-support";
import { codeOf, membersOf, registerShy } from "./requests-support";

let alice: Person;
let bob: Person;
let carol: Person;
let group: string;

beforeEach(async () => {
  [alice, bob, carol] = [await register("alice"), await register("bob"), await registerShy("carol")];
  group = await openGroup(alice, [bob], { name: "Climbers" });
});

describe("[S176] an invite to a group", () => {
  test("makes a person a member, also one whom strangers must ask", async () => {
    const { code, ...invite } = await groupInvite(bob, group);
    expect(code).toMatch(/^[1-9A-HJ-NP-Za-km-z]{10}$/);
    expect(invite).toEqual({
      ...{ kind: "group", channel: group, createdBy: bob.id, createdAt: expect.any(Number) },
      ...{ expiresAt: invite.createdAt + limits.inviteMs, maxUses: null, uses: 0, usedAt: null },
    });
    const entered = await use(code, carol);
    expect(entered).toMatchObject({ id: group, name: "Climbers" });
    expect(await membersOf(alice, group)).toContain(carol.id);
    expect(await invitesOf(bob, group)).toMatchObject([{ code, uses: 1, usedAt: expect.any(Number) }]);
    const joined = (await eventsOf(alice, group)).filter(({ type }) => type === "member.joined").at(-1);
    expect(joined).toMatchObject({ actor: carol.id, data: { user: carol.id, role: "member" } });
  });

  test("answers a repeat with the same channel and counts one use, also when it is used up", async () => {
    const { code } = await groupInvite(alice, group, { maxUses: 1 });
    for (let repeat = 0; repeat < 3; repeat++) expect((await use(code, carol)).id).toBe(group);
    expect(await usesOf(code)).toBe(1);
    expect((await use(code, bob)).id).toBe(group);
    expect(await usesOf(code)).toBe(1);
    expect(await codeOf(await postUse(code, await register("dave")))).toBe("invite_invalid");
  });

  test("answers the request of a person who was asked", async () => {
    expect((await putMember(alice, group, carol)).status).toBe(204);
    expect(await rowsOf("SELECT user FROM requests WHERE channel = ?", group)).toEqual([{ user: carol.id }]);
    await use((await groupInvite(alice, group)).code, carol);
    expect(await rowsOf("SELECT user FROM requests WHERE channel = ?", group)).toEqual([]);
  });

  test("admits no more people than the group and the person have room for", async () => {
    const { code } = await groupInvite(alice, group);
    const others = Array.from({ length: limits.groupMembers - 2 }, (_, i) => `('${group}', 'u_full${i}', 'member', 1)`);
    await env.DIRECTORY.prepare(`INSERT INTO memberships (channel, user, role, joined_at) VALUES ${others}`).run();
    expect(await codeOf(await postUse(code, carol))).toBe("group_full");
    await env.DIRECTORY.prepare("DELETE FROM memberships WHERE channel = ? AND user LIKE 'u_full%'").bind(group).run();
    const numbers = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${limits.groupsPerAccount})`;
    await env.DIRECTORY.batch([
      env.DIRECTORY.prepare(
        `${numbers} INSERT INTO channels (id, kind, identity, revision, created_by, created_at)
           SELECT 'c_of' || ?1 || i, 'group', 'of' || ?1 || i, 1, 'u_x', 1 FROM n`,
      ).bind(carol.id.slice(2)),
      env.DIRECTORY.prepare(
        `${numbers} INSERT INTO memberships (channel, user, role, joined_at) SELECT 'c_of' || ?2 || i, ?1, 'member', 1 FROM n`,
      ).bind(carol.id, carol.id.slice(2)),
    ]);
    expect(await codeOf(await postUse(code, carol))).toBe("too_many_groups");
    expect(await usesOf(code)).toBe(0);
  });

  test("is made and listed only by members who may invite", async () => {
    for (const person of [carol]) {
      expect(await codeOf(await postGroupInvite(person, group))).toBe("not_found");
      expect((await request(`/v1/channels/${group}/invites`, { token: person.token })).status).toBe(404);
    }
    const direct = await openDirect(alice, bob);
    expect(await codeOf(await postGroupInvite(alice, direct))).toBe("channel_is_direct");
    const [first, second] = [
      await groupInvite(alice, group),
      await groupInvite(bob, group, { forMs: null, maxUses: 3 }),
    ];
    expect(second).toMatchObject({ expiresAt: null, maxUses: 3, createdBy: bob.id });
    expect((await invitesOf(alice, group)).map(({ code }) => code).sort()).toEqual([first.code, second.code].sort());
  });

  test.each([
    { forMs: 0 },
    { forMs: limits.inviteMinMs - 1 },
    { forMs: limits.inviteMaxMs + 1 },
    { forMs: 1e9 + 0.5 },
    { maxUses: 0 },
    { maxUses: limits.inviteUses + 1 },
    { maxUses: "1" },
  ])("cannot be made with %j", async (body) => {
    expect(await codeOf(await postGroupInvite(alice, group, body as { maxUses: number }))).toBe("invalid");
  });

  test(`is one of at most ${limits.invitesPerTarget} that are valid`, async () => {
    const { code } = await groupInvite(alice, group);
    const copies = Array.from({ length: limits.invitesPerTarget - 1 }, () =>
      env.DIRECTORY.prepare(
        "INSERT INTO invites SELECT ?, target_kind, target, created_by, created_at, expires_at, max_uses, uses, used_at, channel, roles FROM invites WHERE code = ?",
      ).bind(newInviteCode(), code),
    );
    await env.DIRECTORY.batch(copies);
    expect(await codeOf(await postGroupInvite(bob, group))).toBe("too_many_invites");
    // One that has ended makes room.
    await store(code, "expires_at = 1");
    expect((await postGroupInvite(bob, group)).status).toBe(200);
  });
});

describe("[S179] a preview", () => {
  test("shows name, icon and a rough number to anybody, and nothing else", async () => {
    const { code } = await groupInvite(alice, group);
    const shown = { kind: "group", name: "Climbers", tone: expect.any(Number), members: 0, isOwn: false };
    expect(await preview(code)).toEqual(shown);
    expect(await preview(code, carol)).toEqual(shown);
    expect(await preview(code, alice)).toEqual({ ...shown, channel: group });
    const others = Array.from({ length: 24 }, (_, i) => `('${group}', 'u_rough${i}', 'member', 1)`);
    await env.DIRECTORY.prepare(`INSERT INTO memberships (channel, user, role, joined_at) VALUES ${others}`).run();
    expect((await preview(code)).members).toBe(20);
  });

  test("of a used-up invite still leads its members to the group", async () => {
    const { code } = await groupInvite(alice, group, { maxUses: 1 });
    await use(code, carol);
    expect(await preview(code, carol)).toMatchObject({ channel: group });
    expect((await getPreview(code)).status).toBe(404);
  });

  test("needs no cookie, and counts the cookie of an ended session as none", async () => {
    const { code } = await groupInvite(alice, group);
    const cookie = `__Host-parley=ps_${"a".repeat(43)}`;
    expect((await request(`/v1/invites/${code}`, { headers: { cookie } })).status).toBe(200);
    expect((await request(`/v1/invites/${code}`, { token: `ps_${"a".repeat(43)}` })).status).toBe(401);
  });
});

describe("[S180] an invite is revoked", () => {
  test("by its maker and by those who may remove members, and by nobody else", async () => {
    const dave = await register("dave");
    await putMember(alice, group, dave);
    const ofBob = await groupInvite(bob, group);
    const ofAlice = await groupInvite(alice, group);
    expect(await codeOf(await revoke(ofBob.code, dave))).toBe("forbidden");
    expect(await codeOf(await revoke(ofAlice.code, bob))).toBe("forbidden");
    expect(await codeOf(await revoke(ofBob.code, carol))).toBe("invite_invalid");
    expect((await revoke(ofBob.code, alice)).status).toBe(204);
    expect((await revoke(ofAlice.code, alice)).status).toBe(204);
    expect(await invitesOf(alice, group)).toEqual([]);
    expect(await codeOf(await revoke(ofBob.code, alice))).toBe("invite_invalid");
  });

  test("and those whom it admitted stay", async () => {
    const { code } = await groupInvite(alice, group);
    await use(code, carol);
    await revoke(code, alice);
    expect(await membersOf(alice, group)).toContain(carol.id);
    expect(await codeOf(await postUse(code, carol))).toBe("invite_invalid");
  });
});

test("ended invites are deleted an hour later, and the others stay", async () => {
  const now = Date.now();
  const codes: Record<string, Invite> = {};
  for (const name of ["endless", "lasting", "ended", "ending", "used", "using"])
    codes[name] = await groupInvite(alice, group, { forMs: null, maxUses: name.startsWith("us") ? 1 : null });
  const old = now - limits.inviteKeptMs - 1;
  const change = (name: string, columns: string) => store(codes[name]?.code ?? "", columns);
  await change("lasting", `expires_at = ${now + 60_000}`);
  await change("ended", `expires_at = ${old}`);
  await change("ending", `expires_at = ${old + 2}`);
  await change("used", `uses = 1, used_at = ${old}`);
  await change("using", `uses = 1, used_at = ${old + 2}`);
  await pruneInvites(db, now);
  const left = (await rowsOf("SELECT code FROM invites WHERE target = ?", group)).map(({ code }) => code);
  expect(left.sort()).toEqual(["endless", "lasting", "ending", "using"].map((name) => codes[name]?.code).sort());
  expect((await call<{ items: Invite[] }>(`/v1/channels/${group}/invites`, { token: alice.token })).items).toHaveLength(
    2,
  );
});
