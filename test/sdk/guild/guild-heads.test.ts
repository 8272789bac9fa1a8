// What is unread in the large channels of guilds: by the heads of the guild on screen, which are
// live, and those of the others, which are loaded once a minute.
import { beforeEach, expect, test } from "vitest";
import type { ChannelHead, InboxRow } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeGuilds, guildOf, listedChannel } from "../support/fake-guilds";
import { FakeServer } from "../support/fake-server";
import type { FakeSocket } from "../support/fake-socket";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let guilds: FakeGuilds;
let alice: Client;

const head = (channel: string, newest: number, at = 100, epochNumber = 1): ChannelHead => ({
  ...{ channel, epochNumber, newest, at },
});
const rowOf = (channel: string, fields: Partial<InboxRow> = {}): InboxRow => ({
  ...{ channel, guild: "g_1", epochNumber: 1, head: 3, preview: null, read: 3, unreadFrom: null },
  ...{ unread: 0, mentions: 0, at: 5, ...fields },
});
const unread = () =>
  alice.guildChannels
    .get()
    .filter(({ isUnread }) => isUnread)
    .map(({ id }) => id)
    .sort();
const socketsOf = (guild: string): FakeSocket[] =>
  server.sockets.filter(({ url, isOpen }) => isOpen && url.endsWith(`/v1/guilds/${guild}/socket`));
const loads = (guild: string) =>
  server.requests.filter((request) => request === `GET /v1/guilds/${guild}/events`).length;
const large = (id: string) => ({ ...listedChannel(id), large: true });

beforeEach(async () => {
  server = new FakeServer();
  server.features = ["guildHeads"];
  guilds = new FakeGuilds(server);
  guilds.views.set("g_1", guildOf({ id: "g_1", channels: [large("c_7"), large("c_8")], joinedAt: 50 }));
  guilds.views.set("g_2", guildOf({ id: "g_2", channels: [large("c_9")], joinedAt: 50 }));
  server.onOpen = (socket) => {
    const guild = /\/v1\/guilds\/(\w+)\/socket/.exec(socket.url)?.[1];
    if (guild) socket.say({ type: "heads", guild, heads: guilds.heads.get(guild) ?? [], complete: true });
  };
  alice = server.client("alice");
});

const connect = async () => {
  await alice.connect();
  await settle();
};

test("a head beyond the mark makes a channel unread, also live, and reading makes it read", async () => {
  guilds.heads.set("g_1", [head("c_7", 4), head("c_8", 3)]);
  alice.guilds.show("g_1");
  await connect();
  await alice.guilds.of("g_1").open();
  server.sendRows([rowOf("c_7"), rowOf("c_8")]);
  await settle();
  expect(unread()).toEqual(["c_7"]);
  socketsOf("g_1")[0]?.say({ type: "heads", guild: "g_1", heads: [head("c_8", 5)], complete: false });
  await settle();
  expect(unread()).toEqual(["c_7", "c_8"]);
  server.sendRows([rowOf("c_7", { head: 4, read: 4 })]);
  await settle();
  expect(unread()).toEqual(["c_8"]);
  // An older head changes nothing, and one of a later epoch makes the mark void.
  const late = [head("c_8", 4), head("c_7", 1, 100, 2)];
  socketsOf("g_1")[0]?.say({ type: "heads", guild: "g_1", heads: late, complete: false });
  await settle();
  expect(unread()).toEqual(["c_7", "c_8"]);
});

test("a head says that a message mentions everyone, or a role of mine", async () => {
  guilds.views.set("g_1", guildOf({ id: "g_1", channels: [large("c_7"), large("c_8")], myRoles: ["r_mine"] }));
  guilds.heads.set("g_1", [
    { ...head("c_7", 9), everyone: 5, roles: { r_other: 9 } },
    { ...head("c_8", 9), everyone: 2, roles: { r_mine: 8 } },
  ]);
  alice.guilds.show("g_1");
  await connect();
  await alice.guilds.of("g_1").open();
  server.sendRows([rowOf("c_7", { read: 5 }), rowOf("c_8", { read: 7 })]);
  await settle();
  const mentioned = () => alice.guildChannels.get().flatMap(({ id, isMentioned }) => (isMentioned ? [id] : []));
  expect([unread(), mentioned()]).toEqual([["c_7", "c_8"], ["c_8"]]);
  server.sendRows([rowOf("c_7", { read: 4, head: 4 }), rowOf("c_8", { read: 8, head: 8 })]);
  await settle();
  expect([unread(), mentioned()]).toEqual([["c_7", "c_8"], ["c_7"]]);
});

test("what was sent before the person joined is not unread", async () => {
  guilds.heads.set("g_1", [head("c_7", 9, 49), head("c_8", 1, 51)]);
  alice.guilds.show("g_1");
  await connect();
  await alice.guilds.of("g_1").open();
  await settle();
  expect(unread()).toEqual(["c_8"]);
});

test("one guild has a socket, and the others are loaded once a minute", async () => {
  guilds.heads.set("g_1", [head("c_7", 4)]);
  guilds.heads.set("g_2", [head("c_9", 1)]);
  await connect();
  expect([socketsOf("g_1").length, loads("g_2")]).toEqual([0, 0]);
  alice.guilds.show("g_1");
  await settle();
  expect([socketsOf("g_1").length, socketsOf("g_2").length, loads("g_1"), loads("g_2")]).toEqual([1, 0, 0, 1]);
  // Both are loaded because something in them is unread.
  expect(unread()).toEqual(["c_7", "c_9"]);
  await server.clock.advance(60_000);
  expect([loads("g_1"), loads("g_2")]).toEqual([0, 2]);
  alice.guilds.show("g_2");
  await settle();
  expect([socketsOf("g_1").length, socketsOf("g_2").length]).toEqual([0, 1]);
  alice.guilds.show(null);
  await server.clock.advance(60_000);
  expect([socketsOf("g_2").length, loads("g_1"), loads("g_2")]).toEqual([0, 1, 3]);
  alice.disconnect();
  await server.clock.advance(600_000);
  expect(loads("g_1")).toBe(1);
});

test("a guild without large channels is asked every ten minutes, and after a change at once", async () => {
  alice.guilds.show("g_1");
  await connect();
  expect(loads("g_2")).toBe(1);
  await server.clock.advance(9 * 60_000);
  expect(loads("g_2")).toBe(1);
  await server.clock.advance(60_000);
  expect(loads("g_2")).toBe(2);
  server.store({ guildsChanged: ["g_2"] });
  await server.clock.advance(60_000);
  expect(loads("g_2")).toBe(3);
});

test("a guild that has no large channel needs no socket, until one of its channels becomes large", async () => {
  const small = guildOf({ id: "g_1", channels: [listedChannel("c_7")] });
  guilds.views.set("g_1", small);
  void alice.guilds.of("g_1").open();
  alice.guilds.show("g_1");
  await connect();
  expect(socketsOf("g_1").length).toBe(0);
  guilds.views.set("g_1", { ...small, channels: [large("c_7")] });
  server.store({ guildsChanged: ["g_1"] });
  await settle();
  expect(socketsOf("g_1").length).toBe(1);
  guilds.views.set("g_1", small);
  server.store({ guildsChanged: ["g_1"] });
  await settle();
  expect(socketsOf("g_1").length).toBe(0);
});

test("polls bring the same heads, and an earlier server is asked for none", async () => {
  const phone = server.client("alice", { transport: "polling" });
  guilds.heads.set("g_1", [head("c_7", 4)]);
  phone.guilds.show("g_1");
  await phone.connect();
  await phone.guilds.of("g_1").open();
  await settle();
  expect(phone.guildChannels.get().find(({ id }) => id === "c_7")?.isUnread).toBe(true);
  guilds.heads.set("g_1", [head("c_7", 4), head("c_8", 1)]);
  await server.clock.advance(5_000);
  expect(phone.guildChannels.get().find(({ id }) => id === "c_8")?.isUnread).toBe(true);
  phone.disconnect();
  const before = loads("g_1") + loads("g_2");
  server.features = ["search"];
  alice.guilds.show("g_1");
  await connect();
  await server.clock.advance(120_000);
  expect([socketsOf("g_1").length, loads("g_1") + loads("g_2")]).toEqual([0, before]);
});
