// Requests that use, end or outlive an invite at the same time: no use is lost or counted twice.
import { expect, test } from "vitest";
import { closeAccount } from "../../src/directory/erasures";
import { enterDirect, enterGroup } from "../../src/directory/invite-uses";
import { createInvite, revokeInvite } from "../../src/directory/invites";
import { newId, newInviteCode } from "../../src/runtime/ids";
import { db, rowsOf } from "../directory/support";
import { openDirect, openGroup, type Person, register, removeMember } from "../support/http";
import { groupInvite, personInvite, postUse, revoke } from "./invites-support";
import { registerShy } from "./requests-support";

const people = (count: number): Promise<Person[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => register(`racer${i}`)));
const usesOf = async (code: string) => (await rowsOf("SELECT uses FROM invites WHERE code = ?", code))[0]?.uses;
const countMembers = async (channel: string) =>
  (await rowsOf("SELECT user FROM memberships WHERE channel = ?", channel)).length;
const statuses = (answers: Response[]) => answers.map(({ status }) => status).sort();

test("[S176] of ten people who use an invite for one at once, one enters", async () => {
  const alice = await register("alice");
  const group = await openGroup(alice, []);
  const { code } = await groupInvite(alice, group, { maxUses: 1 });
  const racers = await people(10);
  const answers = await Promise.all(racers.map((person) => postUse(code, person)));
  expect(statuses(answers)).toEqual([200, ...Array.from({ length: 9 }, () => 404)]);
  expect([await usesOf(code), await countMembers(group)]).toEqual([1, 2]);
});

test("[S176] of ten people who use an invite for four at once, four enter, each once", async () => {
  const alice = await register("alice");
  const group = await openGroup(alice, []);
  const { code } = await groupInvite(alice, group, { maxUses: 4 });
  const racers = await people(10);
  const answers = await Promise.all(racers.flatMap((person) => [postUse(code, person), postUse(code, person)]));
  expect(statuses(answers).filter((status) => status === 200)).toHaveLength(8);
  expect([await usesOf(code), await countMembers(group)]).toEqual([4, 5]);
});

test("[S181] of ten people who use an invite to a chat for one at once, one gets the chat", async () => {
  const alice = await register("alice");
  const { code } = await personInvite(alice, { maxUses: 1 });
  const racers = await people(10);
  const answers = await Promise.all(racers.map((person) => postUse(code, person)));
  expect(statuses(answers)).toEqual([200, ...Array.from({ length: 9 }, () => 404)]);
  expect(await usesOf(code)).toBe(1);
  expect(await rowsOf("SELECT channel FROM memberships WHERE user = ?", alice.id)).toHaveLength(1);
});

test("[S181] a person who uses an invite several times at once, while both open the chat, has one chat", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const { code } = await personInvite(alice);
  const answers = await Promise.all([
    ...Array.from({ length: 6 }, () => postUse(code, bob)),
    openDirect(bob, alice),
    openDirect(alice, bob),
  ]);
  const ids = await Promise.all(
    answers.map(async (answer) => (typeof answer === "string" ? answer : (await answer.json<{ id: string }>()).id)),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await usesOf(code)).toBeLessThanOrEqual(1);
  expect(await rowsOf("SELECT channel FROM memberships WHERE user = ?", bob.id)).toHaveLength(1);
});

test("[S180] an invite that is revoked while people use it admits nobody afterwards", async () => {
  const alice = await register("alice");
  const group = await openGroup(alice, []);
  const { code } = await groupInvite(alice, group);
  const racers = await people(8);
  const [revoked, ...answers] = await Promise.all([revoke(code, alice), ...racers.map((one) => postUse(code, one))]);
  expect(revoked?.status).toBe(204);
  const entered = answers.filter(({ status }) => status === 200).length;
  expect(await countMembers(group)).toBe(1 + entered);
  expect((await postUse(code, await register("late"))).status).toBe(404);
});

test("[S177] a use that was decided before the invite ended changes nothing", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, []);
  const of = (code: string) => ({ code, user: bob.id, now: Date.now() });
  const rows = async () => [
    await rowsOf("SELECT revision FROM channels WHERE id = ?", group),
    await countMembers(group),
  ];
  const before = await rows();
  const usedUp = await groupInvite(alice, group, { maxUses: 1 });
  expect(await enterGroup(db, { ...of(usedUp.code), user: (await register("carol")).id }, group)).toBe(group);
  const after = await rows();
  expect(await enterGroup(db, of(usedUp.code), group)).toBeNull();
  const ended = await groupInvite(alice, group, { forMs: 60_000 });
  expect(await enterGroup(db, { ...of(ended.code), now: Date.now() + 60_001 }, group)).toBeNull();
  const revoked = await groupInvite(alice, group);
  await revoke(revoked.code, alice);
  expect(await enterGroup(db, of(revoked.code), group)).toBeNull();
  expect(await enterGroup(db, of(newInviteCode()), group)).toBeNull();
  expect(await rows()).toEqual(after);
  expect(after).not.toEqual(before);
});

test("[S178] a person who is removed while they use an invite does not stay by it", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, []);
  const { code } = await groupInvite(alice, group);
  expect((await postUse(code, bob)).status).toBe(200);
  await Promise.all([removeMember(alice, group, bob), postUse(code, bob), postUse(code, bob)]);
  expect(await countMembers(group)).toBe(1);
  expect((await postUse(code, bob)).status).toBe(404);
});

test("[S181] an account that is erased meanwhile gets no chat and no membership", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, []);
  const [toGroup, toAlice] = [await groupInvite(alice, group), await personInvite(alice)];
  await closeAccount(db, bob.id, Date.now());
  const of = (code: string) => ({ code, user: bob.id, now: Date.now() });
  expect(await enterGroup(db, of(toGroup.code), group)).toBeNull();
  expect(await enterDirect(db, of(toAlice.code), alice.id, newId("c", Date.now()))).toBeNull();
  expect([await usesOf(toGroup.code), await usesOf(toAlice.code)]).toEqual([0, 0]);
});

test("[S176] an invite whose maker was removed or erased meanwhile is not made, and none is revoked by them", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const [group, other] = [await openGroup(alice, [bob]), await openGroup(alice, [bob])];
  const [ofAlice, elsewhere] = [await groupInvite(alice, group), await groupInvite(bob, other)];
  const times = { createdAt: Date.now(), expiresAt: null, maxUses: null };
  const proposal = { code: newInviteCode(), targetKind: "group", target: group, createdBy: bob.id, ...times } as const;
  // Bob's requests have read that he is a member. Then Alice removes him.
  expect((await removeMember(alice, group, bob)).status).toBe(204);
  expect(await createInvite(db, proposal)).toBeNull();
  expect(await revokeInvite(db, ofAlice.code, bob.id, group)).toBe(false);
  // His invites to other groups stay.
  expect(await usesOf(elsewhere.code)).toBe(0);
  const mine = { ...proposal, code: newInviteCode(), targetKind: "person", target: bob.id } as const;
  await closeAccount(db, bob.id, Date.now());
  expect(await createInvite(db, mine)).toBeNull();
  expect(await rowsOf("SELECT code FROM invites WHERE created_by = ?", bob.id)).toEqual([]);
});

test("[S180] a member without the permission to remove others revokes only their own invites", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, [bob]);
  const [ofAlice, ofBob] = [await groupInvite(alice, group), await groupInvite(bob, group)];
  expect(await revokeInvite(db, ofAlice.code, bob.id, group)).toBe(false);
  // Alice manages a group to which the invite does not lead.
  expect(await revokeInvite(db, ofBob.code, alice.id, await openGroup(alice, []))).toBe(false);
  expect(await revokeInvite(db, ofBob.code, bob.id, group)).toBe(true);
  expect(await revokeInvite(db, ofAlice.code, alice.id, group)).toBe(true);
});

test("[S181] an account that is erased meanwhile does not enter a chat that exists", async () => {
  const [alice, bob] = [await registerShy("alice"), await register("bob")];
  const chat = await openDirect(bob, alice);
  const { code } = await personInvite(alice);
  const before = await rowsOf("SELECT revision FROM channels WHERE id = ?", chat);
  await closeAccount(db, bob.id, Date.now());
  const revision = await rowsOf("SELECT revision FROM channels WHERE id = ?", chat);
  expect(await enterDirect(db, { code, user: bob.id, now: Date.now() }, alice.id, newId("c", Date.now()))).toBeNull();
  expect([await usesOf(code), await rowsOf("SELECT revision FROM channels WHERE id = ?", chat)]).toEqual([0, revision]);
  expect(before).toHaveLength(1);
});
