import { beforeEach, expect, test } from "vitest";
import { limits } from "../../../src/protocol";
import type { Client, Invite } from "../../../src/sdk";
import { FakeGuilds, guildOf, listedChannel } from "../support/fake-guilds";
import { channelOf, json, problemAnswer } from "../support/fake-http";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const invite: Invite = {
  ...{ code: "4kQ9zTm7Xb", kind: "group", channel: "c_1", createdBy: "u_alice", createdAt: 1 },
  ...{ expiresAt: null, maxUses: 2, uses: 0, usedAt: null },
};

let server: FakeServer;
let alice: Client;
let asked: string[];
let answers: Record<string, () => Response>;

beforeEach(async () => {
  server = new FakeServer();
  asked = [];
  answers = {};
  server.intercept = (method, path) => {
    const answer = answers[`${method} ${path}`];
    if (!answer) return null;
    asked.push(`${method} ${path}`);
    return answer();
  };
  alice = server.client("alice");
  await alice.connect();
});

test("an invite is made, listed and has a link", async () => {
  answers["POST /v1/channels/c_1/invites"] = () => json(invite);
  answers["GET /v1/channels/c_1/invites"] = () => json({ items: [invite], next: null });
  answers["POST /v1/me/invites"] = () => json({ ...invite, kind: "person", channel: null });
  answers["GET /v1/me/invites"] = () => json({ items: [], next: null });
  expect(await alice.invites.createForGroup("c_1", { maxUses: 2 })).toEqual(invite);
  expect(await alice.invites.ofGroup("c_1")).toEqual([invite]);
  expect((await alice.invites.createMine()).kind).toBe("person");
  expect(await alice.invites.mine()).toEqual([]);
  expect(alice.invites.linkOf(invite)).toMatch(/^https?:\/\/[^/]+\/i\/4kQ9zTm7Xb$/);
});

test("an invite that the server would refuse is not asked for", async () => {
  for (const options of [{ forMs: 1 }, { maxUses: 0 }, { maxUses: limits.inviteUses + 1 }])
    await expect(alice.invites.createMine(options)).rejects.toMatchObject({ code: "invalid" });
  expect(asked).toEqual([]);
});

test("the use of an invite is repeated after a lost answer, and the channel is in the inbox", async () => {
  let tries = 0;
  answers["POST /v1/invites/4kQ9zTm7Xb"] = () =>
    tries++ === 0
      ? problemAnswer("temporary")
      : json(channelOf(server, { id: "c_9", kind: "group" }, ["alice", "bob"]));
  const used = alice.invites.use("4kQ9zTm7Xb");
  await settle();
  alice.retryNow();
  expect(await used).toEqual({ channel: "c_9", guild: null });
  expect(tries).toBe(2);
  expect(alice.inbox.get()?.map(({ id }) => id)).toContain("c_9");
});

test("an invite to a guild is made with its channel and roles, and its use loads the guild", async () => {
  const guilds = new FakeGuilds(server);
  const ofGuild: Invite = { ...invite, kind: "guild", channel: "c_2", guild: "g_1", roles: ["r_2"] };
  guilds.answers.set("POST /v1/guilds/g_1/invites", () => json(ofGuild));
  const options = { channel: "c_2", roles: ["r_2"], maxUses: 2 };
  expect(await alice.invites.createForGuild("g_1", options)).toEqual(ofGuild);
  expect(guilds.changes.at(-1)?.body).toEqual({ ...options, forMs: limits.inviteMs });
  const eleven = Array.from({ length: limits.rolesPerInvite + 1 }, (_, at) => `r_${at}`);
  await expect(alice.invites.createForGuild("g_1", { roles: eleven })).rejects.toMatchObject({ code: "invalid" });

  guilds.views.set("g_1", guildOf({ id: "g_1", channels: [listedChannel("c_2")] }));
  const withGuilds = server.intercept;
  server.intercept = (method, path, body, query) =>
    path.startsWith("/v1/invites/")
      ? json({ kind: "entered", guild: "g_1", channel: "c_2" })
      : (withGuilds?.(method, path, body, query) ?? null);
  expect(await alice.invites.use("4kQ9zTm7Xb")).toEqual({ channel: "c_2", guild: "g_1" });
  expect(alice.guilds.all.get()?.map(({ id }) => id)).toEqual(["g_1"]);
  expect(alice.guildChannels.get().map(({ id }) => id)).toEqual(["c_2"]);
});

test("an invite that does not admit the person is final", async () => {
  answers["POST /v1/invites/4kQ9zTm7Xb"] = () => problemAnswer("invite_invalid");
  answers["GET /v1/invites/4kQ9zTm7Xb"] = () => problemAnswer("invite_invalid");
  for (const refused of [alice.invites.use("4kQ9zTm7Xb"), alice.invites.preview("4kQ9zTm7Xb")])
    await expect(refused).rejects.toMatchObject({ code: "invite_invalid", temporary: false });
  expect(asked).toHaveLength(2);
});

test("a code is part of one path, whatever it holds", async () => {
  answers["GET /v1/invites/..%2Fme%3F"] = () => problemAnswer("invite_invalid");
  await expect(alice.invites.preview("../me?")).rejects.toMatchObject({ code: "invite_invalid" });
});

test("revoking an invite that is gone is no error, and any other refusal is", async () => {
  answers["DELETE /v1/invites/4kQ9zTm7Xb"] = () => problemAnswer("invite_invalid");
  await alice.invites.revoke("4kQ9zTm7Xb");
  answers["DELETE /v1/invites/4kQ9zTm7Xb"] = () => problemAnswer("forbidden");
  await expect(alice.invites.revoke("4kQ9zTm7Xb")).rejects.toMatchObject({ code: "forbidden" });
});

test("what the server says of itself is known after the connection, and null of an earlier server", async () => {
  expect(alice.server.get()).toBeNull();
  const info = {
    addresses: {
      api: "https://a/v1",
      userSocket: "wss://a",
      channelSocket: "wss://a/{channel}",
      invite: "https://a/i/{code}",
    },
    region: { servedFrom: null, hint: null, hints: [] },
    ...{
      limits: { groupMembers: 100 },
      rates: {},
      features: ["invites", "telepathy"],
      push: { web: true, apps: false },
    },
  };
  const expiresAt = Date.now() + 300_000;
  const token = { token: "a.b.c", expiresAt, protocol: 1, heartbeatMs: 30_000, user: "u_bob", server: info };
  const other = new FakeServer();
  other.intercept = (_, path) => (path === "/v1/gateway" ? json(token) : null);
  const bob = other.client("bob");
  bob.connect().catch(() => {});
  await settle();
  expect(bob.server.get()).toEqual(info);
  bob.disconnect();
});
