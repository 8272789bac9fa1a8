// The members of a guild as a list loads them: page by page, and searched.
import { beforeEach, expect, test } from "vitest";
import type { GuildMemberInfo } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeGuilds, guildMemberOf, guildOf } from "../support/fake-guilds";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let guilds: FakeGuilds;
let alice: Client;

const names = (items: readonly GuildMemberInfo[] = []) => items.map(({ user }) => user.handle);

beforeEach(async () => {
  server = new FakeServer();
  guilds = new FakeGuilds(server);
  guilds.views.set("g_1", guildOf({ id: "g_1" }));
  guilds.members = ["ann", "ben", "cho", "dan", "eve"].map((name) => guildMemberOf(name));
  alice = server.client("alice");
  await alice.connect();
  await settle();
});

test("pages follow each other, and a member who moved is listed once", async () => {
  const list = alice.guilds.of("g_1").memberList();
  expect(list.view.get()).toBeNull();
  await list.load();
  expect(list.view.get()).toMatchObject({ groups: [{ role: null, count: 5 }], hasMore: true });
  expect(names(list.view.get()?.items)).toEqual(["ann", "ben"]);
  // Ben has another name now and comes later.
  guilds.members = ["ann", "cho", "ben", "dan", "eve"].map((name) => guildMemberOf(name));
  await Promise.all([list.more(), list.more()]);
  await list.more();
  await list.more();
  expect(names(list.view.get()?.items)).toEqual(["ann", "ben", "dan", "eve"]);
  expect(list.view.get()?.hasMore).toBe(false);
  await list.reload();
  expect(names(list.view.get()?.items)).toEqual(["ann", "cho"]);
});

test("a search replaces the list, and a page of an earlier search is ignored", async () => {
  const list = alice.guilds.of("g_1").memberList();
  await list.load();
  const late = list.more();
  await list.load("d");
  await late;
  expect(names(list.view.get()?.items)).toEqual(["dan"]);
  expect(list.view.get()).toMatchObject({ groups: [{ role: null, count: 1 }], hasMore: false });
});
