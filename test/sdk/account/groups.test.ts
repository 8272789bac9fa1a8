import { beforeEach, expect, test } from "vitest";
import { closeCodes } from "../../../src/protocol";
import { type Client, ParleyError } from "../../../src/sdk";
import { problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let alice: Client;

const entry = (id: string) => alice.inbox.get()?.find((one) => one.id === id);
const requestCount = (request: string) => server.requests.filter((one) => one === request).length;
const remove = (id: string, person: string) => {
  const channel = server.channels.get(id);
  if (channel) channel.members = channel.members.filter(({ user }) => user.handle !== person);
};

beforeEach(async () => {
  server = new FakeServer();
  for (const id of ["c_1", "c_2"]) server.log(id);
  alice = server.client("alice");
  await alice.connect();
});

test("a new group is in the inbox immediately, with its members and their roles", async () => {
  const id = await alice.createGroup({ name: "Crew", topic: "Boats", members: ["u_bob", "u_carol"] });
  expect(entry(id)).toMatchObject({
    kind: "group",
    name: "Crew",
    topic: "Boats",
    history: "all",
    createdBy: "u_alice",
  });
  expect(entry(id)?.members.map(({ handle }) => handle)).toEqual(["alice", "bob", "carol"]);
  expect(entry(id)?.roster[1]).toMatchObject({ user: { handle: "bob" }, role: "member" });
  expect(alice.profile("u_carol")).toMatchObject({ handle: "carol" });
});

test("when an answer is lost the request is retried, and creates one group", async () => {
  let lost = 0;
  server.intercept = (method, path) =>
    method === "POST" && path === "/v1/channels" && lost++ < 2 ? problemAnswer("temporary") : null;
  const made = alice.createGroup({ name: "Crew", members: [] });
  await server.clock.advance(5_000);
  const id = await made;
  expect(requestCount("POST /v1/channels")).toBe(3);
  expect([...server.channels.keys()]).toEqual(["c_1", "c_2", id]);
  expect(await alice.createGroup({ name: "Crew", members: [] })).not.toBe(id);
});

test("an invalid group is refused without a request", async () => {
  const nameless = alice.createGroup({ name: "  ", members: [] });
  await expect(nameless).rejects.toBeInstanceOf(ParleyError);
  expect(requestCount("POST /v1/channels")).toBe(0);
});

test("a new name, a new member and a removal show when their promise resolves", async () => {
  const id = await alice.createGroup({ name: "Crew", members: ["u_bob"] });
  await alice.changeChannel(id, { name: "Fleet" });
  expect(entry(id)).toMatchObject({ name: "Fleet", topic: "" });
  await alice.putMember(id, "u_carol", "admin");
  expect(entry(id)?.roster.at(-1)).toMatchObject({ user: { handle: "carol" }, role: "admin" });
  await alice.removeMember(id, "u_bob");
  expect(entry(id)?.members.map(({ handle }) => handle)).toEqual(["alice", "carol"]);
});

test("leaving removes the group from the inbox and ends its channel", async () => {
  const id = await alice.createGroup({ name: "Crew", members: ["u_bob"] });
  await alice.channel(id).open();
  await alice.leave(id);
  expect(entry(id)).toBeUndefined();
  expect(alice.channel(id).view.get().phase).toBe("gone");
  expect(server.sockets.filter(({ isOpen, channel }) => isOpen && channel === id)).toEqual([]);
});

test("leaving succeeds even when the first answer is lost", async () => {
  const id = await alice.createGroup({ name: "Crew", members: ["u_bob"] });
  let lost = 0;
  server.intercept = (method) => {
    if (method !== "DELETE" || lost++ > 0) return null;
    remove(id, "alice");
    return problemAnswer("temporary");
  };
  const left = alice.leave(id);
  await server.clock.advance(5_000);
  await left;
  expect(entry(id)).toBeUndefined();
});

test("notices show between messages, and several of them reload the record once", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  await server.say("c_1", "one");
  const known = server.channels.get("c_1");
  if (known) server.channels.set("c_1", { ...known, name: "Renamed" });
  await server.notice("c_1", { type: "channel.changed", data: { name: "Renamed", topic: "" } });
  expect(entry("c_1")?.name).toBe("Renamed");
  for (let i = 0; i < 5; i++) await server.notice("c_1", { type: "member.left", data: { user: "u_carol" } });
  expect(requestCount("GET /v1/channels/c_1")).toBe(1);
  await server.clock.advance(2_000);
  expect(requestCount("GET /v1/channels/c_1")).toBe(2);
  const { notices, messages } = channel.view.get();
  expect(notices.map(({ seq, type }) => [seq, type])).toEqual([
    [2, "channel.changed"],
    ...[3, 4, 5, 6, 7].map((seq) => [seq, "member.left"]),
  ]);
  expect(notices[0]).toEqual({ ...notices[0], actor: "u_bob", data: { name: "Renamed", topic: "" } });
  expect(messages.map(({ seq }) => seq)).toEqual([1]);
});

test("notices outside the loaded window are not shown", async () => {
  for (let i = 0; i < 120; i++) server.log("c_1").say("u_bob", `line ${i}`);
  const channel = alice.channel("c_1");
  await channel.open();
  await server.notice("c_1", { type: "member.left", data: { user: "u_carol" } });
  expect(channel.view.get().notices).toHaveLength(1);
  await channel.loadAround(20);
  expect(channel.view.get().notices).toEqual([]);
  await channel.loadLatest();
  expect(channel.view.get().notices).toHaveLength(1);
});

test("a new role shows immediately, and its permissions once the server sends them", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  server.permissions = ["read", "send", "manage"];
  server.role = "admin";
  await server.notice("c_1", { type: "member.changed", data: { user: "u_alice", role: "admin" } });
  expect(channel.view.get()).toMatchObject({ phase: "live", role: "admin", permissions: ["read", "send", "manage"] });
  const subscribes = server.commands("c_1", "channel.subscribe").length;
  await server.notice("c_1", { type: "member.changed", data: { user: "u_bob", role: "admin" } });
  expect(server.commands("c_1", "channel.subscribe")).toHaveLength(subscribes);
});

test("a channel leaves the inbox when I am removed, and returns when I am added again", async () => {
  await alice.channel("c_1").open();
  remove("c_1", "alice");
  server.socket("c_1").cut(closeCodes.removed);
  await settle();
  expect(entry("c_1")).toBeUndefined();
  expect(alice.channel("c_1").view.get().phase).toBe("gone");
  await alice.direct("u_carol");
  server.channels.delete("c_1");
  server.log("c_9");
  const row = {
    epochNumber: 1,
    preview: null,
    read: 0,
    unreadFrom: null,
    unread: 1,
    mentions: 0,
    at: server.clock.now(),
  };
  server.sendRows([{ ...row, channel: "c_9", head: 1 }]);
  await settle();
  expect(entry("c_9")).toBeDefined();
});

test("a channel whose record is not found ends on screen too", async () => {
  const channel = alice.channel("c_1");
  await channel.open();
  remove("c_1", "alice");
  await server.notice("c_1", { type: "member.left", data: { user: "u_alice" } });
  expect(entry("c_1")).toBeUndefined();
  expect(channel.view.get().phase).toBe("gone");
});

test("after a lost connection, a removal is found and a channel created meanwhile stays", async () => {
  remove("c_1", "alice");
  server.socket(null).cut();
  await server.clock.advance(1_000);
  await settle();
  expect(alice.inbox.get()?.map(({ id }) => id)).toEqual(["c_2"]);
});

test("a temporary error while loading a record changes nothing", async () => {
  await alice.channel("c_1").open();
  server.intercept = (_, path) => (path === "/v1/channels/c_1" ? problemAnswer("temporary") : null);
  await server.notice("c_1", { type: "member.left", data: { user: "u_carol" } });
  await server.clock.advance(10_000);
  expect(entry("c_1")).toBeDefined();
  expect(alice.channel("c_1").view.get().phase).toBe("live");
});
