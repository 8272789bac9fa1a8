import { beforeEach, expect, test } from "vitest";
import type { GuildHandle } from "../../../src/sdk";
import { FakeGuilds, guildOf, listedChannel } from "../support/fake-guilds";
import { json, problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

let server: FakeServer;
let guilds: FakeGuilds;
let guild: GuildHandle;

const PATH = "/v1/guilds/g_1";
const role = (id: string) => ({
  ...{ id, name: "Crew", color: null, position: 1, permissions: [], mentionable: false, grouped: false },
});
const view = guildOf({ id: "g_1", channels: [listedChannel("c_7", "general")] });

beforeEach(async () => {
  server = new FakeServer();
  guilds = new FakeGuilds(server);
  guilds.views.set("g_1", view);
  const alice = server.client("alice");
  await alice.connect();
  await settle();
  guild = alice.guilds.of("g_1");
  await guild.open();
});

test.each<[string, string, unknown, (guild: GuildHandle) => Promise<unknown>]>([
  ["PATCH", "", { name: "Port" }, (one) => one.change({ name: "Port" })],
  ["PUT", "/owner", { user: "u_bob" }, (one) => one.transfer("u_bob")],
  ["PUT", "/deletion", undefined, (one) => one.delete()],
  ["DELETE", "/deletion", undefined, (one) => one.restore()],
  ["PUT", "/members/u_bob", undefined, (one) => one.addMember("u_bob")],
  ["DELETE", "/members/u_bob", undefined, (one) => one.removeMember("u_bob")],
  ["DELETE", "/members/u_bob?reason=a+reason", undefined, (one) => one.removeMember("u_bob", "a reason")],
  [
    ...(["PUT", "/bans/u_bob", { reason: "", forMs: 5, deleteHours: 0 }] as const),
    (one) => one.moderation.ban("u_bob", { forMs: 5 }),
  ],
  ["DELETE", "/bans/u_bob", undefined, (one) => one.moderation.liftBan("u_bob")],
  ["PUT", "/members/u_bob/time-out", { reason: "", forMs: 5 }, (one) => one.moderation.timeOut("u_bob", { forMs: 5 })],
  ["DELETE", "/members/u_bob/time-out", undefined, (one) => one.moderation.endTimeOut("u_bob")],
  ["PUT", "/channels/c_7/lock", undefined, (one) => one.channels.lock("c_7", true)],
  ["DELETE", "/channels/c_7/lock", undefined, (one) => one.channels.lock("c_7", false)],
  ["PUT", "/members/u_bob/roles/r_2", undefined, (one) => one.roles.give("u_bob", "r_2")],
  ["DELETE", "/members/u_bob/roles/r_2", undefined, (one) => one.roles.take("u_bob", "r_2")],
  ["PATCH", "/roles/r_2", { permissions: ["send"] }, (one) => one.roles.change("r_2", { permissions: ["send"] })],
  ["DELETE", "/roles/r_2", undefined, (one) => one.roles.delete("r_2")],
  ["PUT", "/role-order", { roles: ["r_2", "r_3"] }, (one) => one.roles.order(["r_2", "r_3"])],
  ["PATCH", "/channels/c_7", { position: 2 }, (one) => one.channels.change("c_7", { position: 2 })],
  ["DELETE", "/channels/c_7", undefined, (one) => one.channels.delete("c_7")],
  ["PATCH", "/categories/k_1", { name: "Talk" }, (one) => one.channels.changeCategory("k_1", { name: "Talk" })],
  ["DELETE", "/categories/k_1", undefined, (one) => one.channels.deleteCategory("k_1")],
  ["PUT", "/channels/c_7/overrides", undefined, (one) => one.channels.copyOverrides("c_7")],
  [
    ...(["PUT", "/channels/c_7/overrides/r_2", { allow: ["send"], deny: [] }] as const),
    (one) => one.channels.putOverride({ channel: "c_7" }, "r_2", { allow: ["send"], deny: [] }),
  ],
  [
    ...(["PUT", "/categories/k_1/overrides/u_bob", { allow: [], deny: ["send"] }] as const),
    (one) => one.channels.putOverride({ category: "k_1" }, "u_bob", { allow: [], deny: ["send"] }),
  ],
])("%s %s is sent, and then the guild is loaded again", async (method, below, body, run) => {
  const before = server.requests.length;
  await run(guild);
  expect(guilds.changes).toEqual([{ method, path: PATH + below, body }]);
  expect(server.requests.slice(before)).toEqual([`${method} ${PATH}${below.split("?")[0]}`, `GET ${PATH}`]);
});

test("a new role and a copy of it resolve with their ids", async () => {
  guilds.answers.set(`POST ${PATH}/roles`, () => json(role("r_2"), 201));
  guilds.answers.set(`POST ${PATH}/roles/r_2/copies`, () => json(role("r_3"), 201));
  expect(await guild.roles.create({ name: "Crew" })).toBe("r_2");
  expect(await guild.roles.duplicate("r_2")).toBe("r_3");
});

test("the guild as a role sees it does not replace what this person sees", async () => {
  expect((await guild.roles.viewAs("r_2")).myRoles).toEqual(["r_2"]);
  expect(guild.view.get()?.myRoles).toEqual([]);
});

test("a new channel resolves with its id, or with null if it is not visible", async () => {
  const after = { ...view, channels: [...view.channels, listedChannel("c_9", "general", 1)] };
  guilds.answers.set(`POST ${PATH}/channels`, () => json(after, 201));
  expect(await guild.channels.create({ name: "general" })).toBe("c_9");
  guilds.answers.set(`POST ${PATH}/channels`, () => json(view, 201));
  expect(await guild.channels.create({ name: "hidden", type: "private" })).toBeNull();
});

test("a channel is created once when its answer is lost; a role is not repeated", async () => {
  let lost = 0;
  guilds.answers.set(`POST ${PATH}/channels`, () => (lost++ < 1 ? problemAnswer("temporary") : json(view, 201)));
  const made = guild.channels.create({ name: "help" });
  await server.clock.advance(5_000);
  await made;
  expect(new Set(guilds.changes.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(guilds.count("POST", `${PATH}/channels`)).toBe(2);
  guilds.answers.set(`POST ${PATH}/roles`, () => problemAnswer("temporary"));
  await expect(guild.roles.create({ name: "Crew" })).rejects.toMatchObject({ code: "temporary" });
  expect(guilds.count("POST", `${PATH}/roles`)).toBe(1);
});

test("a refusal rejects, and invalid input is refused without a request", async () => {
  guilds.answers.set(`DELETE ${PATH}/roles/r_2`, () => problemAnswer("forbidden"));
  await expect(guild.roles.delete("r_2")).rejects.toMatchObject({ code: "forbidden" });
  const before = server.requests.length;
  await expect(
    guild.channels.putOverride({ channel: "c_7" }, "r_2", { allow: ["send"], deny: ["send"] }),
  ).rejects.toMatchObject({ code: "invalid" });
  await expect(guild.channels.create({ name: " " })).rejects.toMatchObject({ code: "invalid" });
  expect(server.requests.length).toBe(before);
});

test("many signals while a load runs cause one more load", async () => {
  server.requestDelay = (method, path) => (method === "GET" && path === PATH ? 100 : 0);
  const before = server.requests.filter((one) => one === `GET ${PATH}`).length;
  for (let i = 0; i < 5; i++) server.store({ guildsChanged: ["g_1"] });
  guilds.views.set("g_1", { ...view, name: "Port" });
  await server.clock.advance(1_000);
  expect(server.requests.filter((one) => one === `GET ${PATH}`).length - before).toBe(2);
  expect(guild.view.get()?.name).toBe("Port");
});
