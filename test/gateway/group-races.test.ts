// Two requests of one group at once, over HTTP and with a decision that has become stale.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { changeAccount } from "../../src/directory/accounts";
import { directProposal, openChannel } from "../../src/directory/channels";
import { closeAccount, finishErasure, moveErasure, nextErasures, reopenErasures } from "../../src/directory/erasures";
import {
  addMember,
  assignRole,
  changeChannel,
  removeMember as remove,
  removeEveryone,
} from "../../src/directory/memberships";
import { putNotificationSetting } from "../../src/directory/notification-settings";
import { newId } from "../../src/runtime/ids";
import { db, rowsOf } from "../directory/support";
import { openDirect, openGroup, putMember, register, removeMember, request } from "../support/http";

const membersOf = (channel: string) =>
  rowsOf("SELECT user, role FROM memberships WHERE channel = ? ORDER BY user", channel);
const revisionOf = async (channel: string) => (await rowsOf("SELECT revision FROM channels WHERE id = ?", channel))[0];
const ownersOf = async (channel: string) => (await membersOf(channel)).filter(({ role }) => role === "owner").length;

const ruleOf = ({ id }: { id: string }) => ({ by: id, openTo: "everyone" }) as const;

test("[S123] of 25 groups that are handed over while the new owner leaves, each has one owner", {
  timeout: 60_000,
}, async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const groups = await Promise.all(Array.from({ length: 25 }, () => openGroup(alice, [bob, carol])));
  const answers = await Promise.all(
    groups.flatMap((group) => [putMember(alice, group, bob, "owner"), removeMember(bob, group, bob)]),
  );
  for (const { status } of answers) expect([204, 403, 404]).toContain(status);
  expect(await Promise.all(groups.map(ownersOf))).toEqual(groups.map(() => 1));
});

test("[S123] a request of an admin that was permitted before the admin was demoted changes nothing", async () => {
  const [alice, bob, carol, dave] = await Promise.all(["alice", "bob", "carol", "dave"].map(register));
  if (!alice || !bob || !carol || !dave) throw new Error("a person is missing");
  const group = await openGroup(alice, [bob, carol]);
  await putMember(alice, group, bob, "admin");
  // Bob's requests have read that he is an admin. Then Alice demotes him.
  await putMember(alice, group, bob, "member");
  const before = [
    await membersOf(group),
    await revisionOf(group),
    await rowsOf("SELECT * FROM roster_outbox WHERE object = ?", group),
  ];
  const byBob = { channel: group, actor: bob.id, subject: carol.id, now: Date.now() };
  const own = { ...byBob, subject: "" };
  expect(await remove(db, byBob)).toBe(false);
  expect(await assignRole(db, byBob, "owner")).toBe(false);
  expect(await addMember(db, { ...byBob, subject: dave.id }, "admin", ruleOf(bob))).toBe(false);
  expect(await changeChannel(db, own, { name: "Mine" })).toBe(false);
  expect(await removeEveryone(db, own)).toBe(false);
  expect([
    await membersOf(group),
    await revisionOf(group),
    await rowsOf("SELECT * FROM roster_outbox WHERE object = ?", group),
  ]).toEqual(before);
  expect(await rowsOf("SELECT * FROM former_memberships WHERE channel = ?", group)).toEqual([]);
  // The same requests, sent later, are refused.
  expect((await removeMember(bob, group, carol)).status).toBe(403);
});

test("[S123] an owner who handed the group over cannot delete it or hand it over again", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const group = await openGroup(alice, [bob, carol]);
  await putMember(alice, group, bob, "owner");
  const byAlice = { channel: group, actor: alice.id, subject: carol.id, now: Date.now() };
  expect(await removeEveryone(db, { ...byAlice, subject: "" })).toBe(false);
  expect(await assignRole(db, byAlice, "owner")).toBe(false);
  expect(await ownersOf(group)).toBe(1);
});

test("[S123] an account that is erased meanwhile is neither added nor changed", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const group = await openGroup(alice, [carol]);
  const direct = await openDirect(alice, carol);
  await closeAccount(db, bob.id, Date.now());
  const now = Date.now();
  expect(await addMember(db, { channel: group, actor: alice.id, subject: bob.id, now }, "member", ruleOf(alice))).toBe(
    false,
  );
  expect(await openChannel(db, directProposal(newId("c", now), alice.id, bob.id), now, "everyone")).toHaveProperty(
    "refused",
  );
  expect(await openChannel(db, directProposal(newId("c", now), bob.id, alice.id), now, "everyone")).toHaveProperty(
    "refused",
  );
  const proposal = { kind: "group", identity: `${bob.id} race`, name: "Race", topic: "", history: "all" } as const;
  const members = [bob.id, alice.id];
  expect(
    await openChannel(db, { ...proposal, id: newId("c", now), createdBy: bob.id, members }, now, "everyone"),
  ).toHaveProperty("refused");
  // A request of the erased account that was under way.
  expect(await changeAccount(db, bob.id, { name: "Bob again", presence: "dnd" }, now)).toBeNull();
  expect(await changeAccount(db, bob.id, { name: "Bob again" }, now)).toBeNull();
  const notifications = { previews: false, quiet: { from: 0, to: 60, zone: "Asia/Seoul" } };
  await putNotificationSetting(db, bob.id, { kind: "notifications", notifications });
  await putNotificationSetting(db, bob.id, { kind: "level", level: { channel: direct, level: "nothing" } });
  const [row] = await rowsOf("SELECT name, presence, previews, quiet FROM accounts WHERE id = ?", bob.id);
  expect(row).toEqual({ name: "", presence: "auto", previews: 1, quiet: null });
  expect(await rowsOf("SELECT * FROM notify_channels WHERE user = ?", bob.id)).toEqual([]);
  expect(await rowsOf("SELECT id FROM channels WHERE created_by = ?", bob.id)).toEqual([]);
});

test("[S123] a level of a person who has left meanwhile is not stored", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const group = await openGroup(alice, [bob]);
  await removeMember(bob, group, bob);
  await putNotificationSetting(db, bob.id, { kind: "mute", mute: { channel: group, until: 5 } });
  expect(await rowsOf("SELECT * FROM notify_channels WHERE channel = ?", group)).toEqual([]);
  await putNotificationSetting(db, alice.id, { kind: "mute", mute: { channel: group, until: 5 } });
  await putNotificationSetting(db, alice.id, { kind: "level", level: { channel: group, level: "mentions" } });
  expect(await rowsOf("SELECT level, muted_until FROM notify_channels WHERE channel = ?", group)).toEqual([
    { level: "mentions", muted_until: 5 },
  ]);
});

test("[S123] a step of an erasure that a restore reopened meanwhile is neither moved nor finished", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openDirect(alice, bob);
  await closeAccount(db, bob.id, Date.now());
  await env.DIRECTORY.prepare("DELETE FROM erasures WHERE account = ? AND channel = ''").bind(bob.id).run();
  const step = async () =>
    (await nextErasures(db, 10, Date.now() + 60_000, bob.id))[0] ?? expect.fail("no step is left");
  for (const _ of [1, 2]) {
    const begun = await step();
    await reopenErasures(db, channel, [bob.id]);
    await moveErasure(db, begun, 500);
    await finishErasure(db, begun);
    expect((await step()).after).toBeLessThan(begun.after);
  }
  await moveErasure(db, await step(), 500);
  expect((await step()).after).toBe(500);
  await finishErasure(db, await step());
  expect(await nextErasures(db, 10, Date.now() + 60_000, bob.id)).toEqual([]);
});

test("[S123] two changes of a profile at once are both in the answer of the later one", async () => {
  const alice = await register("alice");
  const patch = (body: object) => request("/v1/me", { method: "PATCH", token: alice.token, body });
  const answers = await Promise.all([patch({ name: "New" }), patch({ receipts: false })]);
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  expect(bodies).toContainEqual(expect.objectContaining({ name: "New", receipts: false }));
});
