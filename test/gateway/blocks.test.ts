// What a block changes in the directory: requests, the export and the erasure.
import { expect, test } from "vitest";
import { rowsOf } from "../directory/support";
import { block, unblock } from "../support/block";
import { call, openDirect, openGroup, type Person, putMember, register, request } from "../support/http";
import { attach, isLiveInbox } from "../support/socket";
import { listed, membersOf, pendingOf, postDirect, registerShy, requestsOf } from "./requests-support";

const ids = (channels: { id: string }[]) => channels.map(({ id }) => id);

test("[S219] a person who is blocked asks, and the person who blocks does not see it until the end", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  await block(bob, alice);
  const device = await attach(bob);
  const direct = await openDirect(alice, bob);
  const group = await openGroup(alice, [bob]);
  const later = await openGroup(alice, []);
  expect((await putMember(alice, later, bob)).status).toBe(204);
  expect(await pendingOf(alice, group)).toEqual([bob.id]);
  expect(await membersOf(alice, direct)).toEqual([alice.id]);
  expect(await requestsOf(bob)).toEqual([]);
  expect(await listed(bob)).toEqual([]);
  expect(device.frames.filter(isLiveInbox).flatMap(({ rows }) => rows)).toEqual([]);
  await unblock(bob, alice);
  expect((await requestsOf(bob)).map(({ channel }) => channel).sort()).toEqual([direct, group, later].sort());
});

test("[S219] a request from before the block disappears until its end", async () => {
  const [alice, bob] = [await register("alice"), await registerShy("bob")];
  const direct = await openDirect(alice, bob);
  expect(await requestsOf(bob)).toHaveLength(1);
  await block(bob, alice);
  expect(await requestsOf(bob)).toEqual([]);
  expect((await request(`/v1/requests/${direct}`, { method: "PUT", token: bob.token })).status).toBe(404);
  expect(await pendingOf(alice, direct)).toEqual([bob.id]);
  expect((await postDirect(alice, bob)).status).toBe(200);
  await unblock(bob, alice);
  expect(await requestsOf(bob)).toHaveLength(1);
});

test("a block takes no channel from either", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const direct = await openDirect(alice, bob);
  const group = await openGroup(alice, [bob]);
  await block(bob, alice);
  for (const person of [alice, bob]) expect(ids(await listed(person)).sort()).toEqual([direct, group].sort());
});

test("the export has the blocks of a person, and an erasure deletes those of both sides", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  await block(bob, alice);
  await block(carol, bob);
  const exported = ({ token }: Person) => call<{ blocks: { user: string }[] }>("/v1/me/export", { token });
  expect((await exported(bob)).blocks).toEqual([{ user: alice.id, at: expect.any(Number) }]);
  expect((await exported(alice)).blocks).toEqual([]);
  const body = { password: "correct horse battery" };
  expect((await request("/v1/me", { method: "DELETE", token: bob.token, body })).status).toBe(204);
  expect(await rowsOf("SELECT * FROM blocks WHERE blocker = ? OR blocked = ?", bob.id, bob.id)).toEqual([]);
});
