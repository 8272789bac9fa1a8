import { beforeEach, expect, test } from "vitest";
import type { FrameOf, GuildView, InboxRow } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { FakeGuilds, guildMemberOf, guildOf, listedChannel } from "../support/fake-guilds";
import { channelOf, json, problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let guilds: FakeGuilds;
let alice: Client;

const G1 = guildOf({ id: "g_1", channels: [listedChannel("c_7", "general"), listedChannel("c_8", "help", 1)] });
const change = (view: GuildView, fields: Partial<GuildView>) => guilds.views.set(view.id, { ...view, ...fields });
const signal = async (...ids: string[]) => {
  server.store({ guildsChanged: ids });
  await settle();
};
const rowOf = (channel: string, fields: Partial<InboxRow> = {}): InboxRow => ({
  ...{ channel, guild: "g_1", epochNumber: 1, head: 3, preview: null, read: 0, unreadFrom: null },
  ...{ unread: 2, mentions: 0, at: 5, ...fields },
});
const listed = () => alice.guildChannels.get().map(({ id }) => id);
const loads = (path: string) => server.requests.filter((one) => one === `GET ${path}`).length;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  guilds = new FakeGuilds(server);
  guilds.views.set("g_1", G1);
  alice = server.client("alice");
  await alice.connect();
  await settle();
});

test("guilds are listed, and loaded when they are opened", async () => {
  expect(alice.guilds.all.get()?.map(({ name }) => name)).toEqual(["Harbour"]);
  expect(loads("/v1/guilds/g_1")).toBe(0);
  const guild = alice.guilds.of("g_1");
  expect(guild.phase.get()).toBe("closed");
  await guild.open();
  expect(guild.phase.get()).toBe("ready");
  expect(guild.view.get()?.channels.map(({ name }) => name)).toEqual(["general", "help"]);
  await guild.open();
  expect(loads("/v1/guilds/g_1")).toBe(1);
  expect(alice.guilds.of("g_1")).toBe(guild);
});

test("channels of guilds are in a list of their own, and count what is unread", async () => {
  await alice.guilds.of("g_1").open();
  server.sendRows([rowOf("c_7")]);
  await settle();
  expect(alice.inbox.get()?.map(({ id }) => id)).toEqual(["c_1"]);
  expect(listed()).toEqual(["c_7", "c_8"]);
  expect(alice.guildChannels.get()[0]).toMatchObject({
    ...{ kind: "guild", guild: "g_1", name: "general", row: { unread: 2 } },
  });
});

test("a row of a guild that is not loaded loads it, once, and only if something is unread", async () => {
  server.sendRows([rowOf("c_7", { unread: 0 })]);
  await settle();
  expect(loads("/v1/guilds/g_1")).toBe(0);
  server.sendRows([rowOf("c_7", { head: 4, unread: 1 })]);
  server.sendRows([rowOf("c_9", { head: 4, unread: 1 })]);
  await settle();
  server.sendRows([rowOf("c_9", { head: 5, unread: 2 })]);
  await settle();
  expect(loads("/v1/guilds/g_1")).toBe(1);
  expect(listed()).toContain("c_7");
});

test("a signal loads the list, and the guilds that are in use", async () => {
  await alice.guilds.of("g_1").open();
  change(G1, { name: "Port", channels: [listedChannel("c_7", "lobby")] });
  guilds.views.set("g_2", guildOf({ id: "g_2", name: "Deck" }));
  await signal("g_1", "g_2");
  expect(alice.guilds.all.get()?.map(({ name }) => name)).toEqual(["Port", "Deck"]);
  expect(alice.guilds.of("g_1").view.get()?.name).toBe("Port");
  expect(listed()).toEqual(["c_7"]);
  expect(alice.guildChannels.get()[0]?.name).toBe("lobby");
  expect(loads("/v1/guilds/g_2")).toBe(0);
});

test("a channel that this person cannot see any more is gone", async () => {
  await alice.guilds.of("g_1").open();
  server.channels.set("c_7", channelOf(server, { id: "c_7", kind: "guild", guild: "g_1" }, ["alice", "bob"]));
  const handle = alice.channel("c_7");
  await handle.open();
  change(G1, { channels: [listedChannel("c_8")] });
  await signal("g_1");
  expect(handle.view.get().phase).toBe("gone");
  expect(listed()).toEqual(["c_8"]);
});

test("an opened channel gets its members, and gets them again when the guild changes", async () => {
  await alice.guilds.of("g_1").open();
  const channel = { id: "c_7", kind: "guild", guild: "g_1", name: "general" } as const;
  server.channels.set("c_7", channelOf(server, channel, ["alice", "bob"]));
  const members = () =>
    alice.guildChannels
      .get()
      .find(({ id }) => id === "c_7")
      ?.members.map(({ handle }) => handle);
  expect(members()).toEqual([]);
  await alice.channel("c_7").open();
  await settle();
  expect(members()).toEqual(["alice", "bob"]);
  server.channels.set("c_7", channelOf(server, channel, ["alice", "bob", "carol"]));
  await signal("g_1");
  await server.clock.advance(1_000);
  expect(members()).toEqual(["alice", "bob", "carol"]);
});

test("a channel from a link brings its record", async () => {
  server.channels.set("c_9", channelOf(server, { id: "c_9", kind: "guild", guild: "g_1", name: "deep" }, ["alice"]));
  await alice.channel("c_9").open();
  await settle();
  expect(alice.guildChannels.get()).toMatchObject([{ id: "c_9", name: "deep", guild: "g_1" }]);
});

test("what this person may do changes without a new connection", async () => {
  server.channels.set("c_7", channelOf(server, { id: "c_7", kind: "guild", guild: "g_1" }, ["alice"]));
  const handle = alice.channel("c_7");
  await handle.open();
  expect(handle.view.get().permissions).toContain("send");
  server.socket("c_7").say({ type: "permissions", role: "member", permissions: ["view", "history"] });
  await settle();
  expect(handle.view.get().permissions).toEqual(["view", "history"]);
});

test("a time-out and slow mode are shown, and an own message begins the pause", async () => {
  server.channels.set("c_7", channelOf(server, { id: "c_7", kind: "guild", guild: "g_1" }, ["alice", "bob"]));
  const handle = alice.channel("c_7");
  await handle.open();
  const shown = () => {
    const { timedOutUntil, slowMode } = handle.view.get();
    return { timedOutUntil, slowMode };
  };
  const base: FrameOf<"permissions"> = { type: "permissions", role: "member", permissions: ["view", "send"] };
  server.socket("c_7").say({ ...base, timedOutUntil: 9, slowMode: { seconds: 30 } });
  await settle();
  expect(shown()).toEqual({ timedOutUntil: 9, slowMode: { seconds: 30, nextAt: 0 } });
  await server.say("c_7", "of another");
  expect(shown().slowMode).toEqual({ seconds: 30, nextAt: 0 });
  await server.clock.advance(1_000);
  const { at } = await server.say("c_7", "mine", "u_alice");
  expect(shown().slowMode).toEqual({ seconds: 30, nextAt: at + 30_000 });
  server.socket("c_7").say(base);
  await settle();
  expect(shown()).toEqual({ timedOutUntil: null, slowMode: null });
});

test("when the answer is lost the request is repeated, and creates one guild", async () => {
  let lost = 0;
  guilds.answers.set("POST /v1/guilds", (body) => {
    const made = guildOf({ id: "g_9", name: (body as { name: string }).name });
    guilds.views.set("g_9", made);
    return lost++ === 0 ? problemAnswer("temporary") : json(made, 201);
  });
  const made = alice.guilds.create({ name: "Crew", template: "team" });
  await server.clock.advance(5_000);
  expect(await made).toBe("g_9");
  expect(guilds.count("POST", "/v1/guilds")).toBe(2);
  const [one, other] = guilds.changes.map(({ body }) => body);
  expect(other).toEqual(one);
  expect(alice.guilds.all.get()?.map(({ id }) => id)).toEqual(["g_1", "g_9"]);
  await expect(alice.guilds.create({ name: " " })).rejects.toMatchObject({ code: "invalid" });
});

test("a guild that this person left, or was removed from, is gone with its channels", async () => {
  const guild = alice.guilds.of("g_1");
  await guild.open();
  guilds.views.clear();
  await guild.leave("u_alice");
  expect(guilds.count("DELETE", "/v1/guilds/g_1/members/u_alice")).toBe(1);
  expect(guild.phase.get()).toBe("gone");
  expect(alice.guilds.all.get()).toEqual([]);
  expect(listed()).toEqual([]);
  // Somebody adds this person again.
  guilds.views.set("g_1", G1);
  await signal("g_1");
  expect(guild.phase.get()).toBe("ready");
  guilds.views.clear();
  await signal("g_1");
  expect(guild.phase.get()).toBe("gone");
  expect(guild.view.get()).toBeNull();
});

test("a guild that could not be loaded is loaded with the next connection", async () => {
  const answer = server.intercept;
  server.intercept = (method, path, body, query) =>
    path === "/v1/guilds/g_1" ? problemAnswer("temporary") : answer(method, path, body, query);
  const guild = alice.guilds.of("g_1");
  const opened = guild.open();
  const refused = expect(opened).rejects.toMatchObject({ code: "temporary" });
  await server.clock.advance(10_000);
  await refused;
  expect(guild.phase.get()).toBe("loading");
  server.intercept = answer;
  server.socket(null).cut();
  await server.clock.advance(5_000);
  expect(guild.phase.get()).toBe("ready");
});

test("members are loaded on demand and kept up to date", async () => {
  const guild = alice.guilds.of("g_1");
  await guild.open();
  expect(guild.members.get()).toBeNull();
  await signal("g_1");
  expect(loads("/v1/guilds/g_1/members")).toBe(0);
  await guild.loadMembers();
  guilds.members = [guildMemberOf("alice"), guildMemberOf("bob", ["r_2"])];
  await guild.addMember("u_bob");
  expect(guild.members.get()?.map(({ user }) => user.handle)).toEqual(["alice", "bob"]);
});

test("a sign-out forgets all guilds", async () => {
  const guild = alice.guilds.of("g_1");
  await guild.open();
  await alice.accounts.signOut();
  expect(alice.guilds.all.get()).toBeNull();
  expect(listed()).toEqual([]);
  expect(alice.guilds.of("g_1")).not.toBe(guild);
});

test("a server without guilds has no list of them", async () => {
  const older = new FakeServer();
  const bob = older.client("bob");
  await bob.connect();
  await settle();
  expect(bob.guilds.all.get()).toBeNull();
});
